import { resolve } from "node:path";

/**
 * The folder with Pulumi.yaml and the stack files: the repository, unless HELIOGRAPH_PROJECT names
 * another one.
 */
export function projectFolder(): string {
  return process.env["HELIOGRAPH_PROJECT"] ?? resolve(__dirname, "../..");
}
