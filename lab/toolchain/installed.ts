import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { delimiter, join } from "node:path";
import { tryRun } from "../host/run.js";
import { olderThan } from "./go.js";

/** A program that is on the machine already, in its official form. */
export interface Installed {
  folder: string;
  version: string;
}

/**
 * The Pulumi CLI on the PATH, if it is as new as ours. A script of that name is passed over: the
 * lab's own wrapper, which may be first on the PATH, is one, and would call itself.
 */
export async function installedPulumi(
  wanted: string,
  path = process.env.PATH ?? "",
): Promise<Installed | undefined> {
  const folder = path
    .split(delimiter)
    .find((entry) => entry && isNativeProgram(join(entry, "pulumi")));
  if (!folder) return undefined;
  const { code, stdout } = await tryRun(join(folder, "pulumi"), ["version"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const version = stdout.trim().replace(/^v/, "");
  return code === 0 && !olderThan(version, wanted) ? { folder, version } : undefined;
}

function isNativeProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    const magic = Buffer.alloc(4);
    const descriptor = openSync(file, "r");
    readSync(descriptor, magic);
    closeSync(descriptor);
    return magic.toString("latin1") === "\x7fELF";
  } catch {
    return false; // not there, or not ours to run
  }
}
