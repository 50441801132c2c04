import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe } from "../../../lab/toolchain/debian.js";
import recipes from "../../../lab/programs.json";

const cache = process.env["HELIOGRAPH_CACHE"] ?? join(homedir(), ".cache/heliograph");

/**
 * Path of a real program: what the lab has built (`HELIOGRAPH_PROGRAMS`, by default its cache),
 * what it has unpacked of Debian's packages, or one on PATH. A program that is not there fails the
 * test that needs it: a test that skips proves nothing.
 */
export function program(name: string, binary: string): string {
  const found = [
    ...builtFolders(name),
    ...unpackedFolders(binary),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ]
    .map((folder) => join(folder, binary))
    .find(isExecutable);
  if (found) return found;
  throw new Error(
    `${binary} was neither found in ${cache} (HELIOGRAPH_CACHE) nor on PATH. The lab builds or unpacks it: npm run lab`,
  );
}

function builtFolders(name: string): string[] {
  const version = (recipes as Record<string, { version: string }>)[name]?.version;
  return version
    ? [join(process.env["HELIOGRAPH_PROGRAMS"] ?? join(cache, "programs"), name, version)]
    : [];
}

/**
 * Folders with Debian's programs as the lab has unpacked them: static ones as they are, the others
 * behind a wrapper that brings their libraries.
 */
function unpackedFolders(binary: string): string[] {
  const sets = join(cache, "debian");
  if (!existsSync(sets)) return [];
  return readdirSync(sets)
    .map((set) => join(sets, set))
    .filter((set) => existsSync(join(set, "versions.json")))
    .flatMap((set) => [join(set, "bin"), ...wrapperFolder(set, binary)]);
}

function wrapperFolder(set: string, binary: string): string[] {
  const inside = ["usr/sbin", "usr/bin"]
    .map((folder) => join(folder, binary))
    .find((path) => existsSync(join(set, "root", path)));
  if (!inside) return [];
  const folder = join(tmpdir(), "heliograph-unpacked");
  mkdirSync(folder, { recursive: true });
  const command = describe(set)
    .command(inside)
    .map((word) => `'${word}'`);
  // Whole or not at all: tests run side by side.
  const draft = join(folder, `${binary}.${process.pid}`);
  writeFileSync(draft, `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`, { mode: 0o755 });
  renameSync(draft, join(folder, binary));
  return [folder];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
