/** Entry point of `pulumi-resource-tls`. */
import { addProvider } from "../rpc/service";
import { servePlugin } from "../rpc/serve";
import { TlsProvider } from "./provider";

void servePlugin("pulumi-resource-tls", (server, engine) =>
  addProvider(server, engine, new TlsProvider()),
);
