import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import recipes from "../../../lab/programs.json";

/**
 * Path of a real program: what the lab has built (`HELIOGRAPH_PROGRAMS`, by default its cache), or one on PATH. A program that is not there fails the
 * test that needs it: a test that skips proves nothing.
 */
export function program(name: string, binary: string): string {
  const cache = process.env["HELIOGRAPH_CACHE"] ?? join(homedir(), ".cache/heliograph");
  const built = process.env["HELIOGRAPH_PROGRAMS"] ?? join(cache, "programs");
  const version = (recipes as Record<string, { version: string }>)[name]?.version;
  const folders = [
    ...(version ? [join(built, name, version)] : []),
    ...(process.env["PATH"] ?? "").split(delimiter),
    // Debian keeps servers here, which is not on everybody's PATH.
    "/usr/sbin",
  ];
  const found = folders.map((folder) => join(folder, binary)).find(isExecutable);
  if (found) return found;
  throw new Error(
    `${binary} was not found in ${folders.slice(0, 1).join()} (HELIOGRAPH_PROGRAMS) nor on PATH. The lab builds or installs it: npm run lab`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
