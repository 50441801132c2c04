import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile, stackFile } from "../../../config/stack-file";

/**
 * Makes the passphrase of a new stack, where passphrases are kept in a folder, and returns its file. A stack that has been encrypted already has one
 * somewhere: another would not open it.
 */
export function makePassphrase(project: string, stack: string): string | undefined {
  const folder = process.env["HELIOGRAPH_PASSPHRASES"];
  if (!folder || existsSync(join(folder, stack))) return undefined;
  const file = stackFile(project, stack);
  const { encryptionsalt } = parseStackFile(readFileSync(file, "utf8"), file);
  if (encryptionsalt !== undefined) return undefined;
  writeFileSync(join(folder, stack), `${randomBytes(32).toString("base64")}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  return join(folder, stack);
}
