// The library resolves its parts through tsyringe, which needs this polyfill to be loaded before
// it.
import "reflect-metadata";

export * from "@peculiar/x509";
