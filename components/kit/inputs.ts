import * as pulumi from "@pulumi/pulumi";
import { UNKNOWN } from "./unknown";

/** The values that are known while the program runs, `UNKNOWN` for the others; what was not given stays undefined. */
export function knownNow<T extends object>(
  args: T,
): { [K in keyof T]: Exclude<T[K], object> | typeof UNKNOWN } {
  const entries = Object.entries(args).map(([key, value]) => [
    key,
    isLater(value) ? UNKNOWN : value,
  ]);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], object> | typeof UNKNOWN };
}

function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
