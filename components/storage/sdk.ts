import { peerDependencies } from "../package.json";
import { ConfigurationError } from "../kit/issues";

/**
 * Loads an SDK, or a part of it, when it is needed: a part of a cloud's SDK takes tens of
 * milliseconds instead of a second, and a program that uses another cloud need not install it.
 */
export function loadSdk<T>(subpath: string): T {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require(subpath) as T;
  } catch (error) {
    if ((error as { code?: string }).code !== "MODULE_NOT_FOUND") throw error;
    const name = subpath.split("/").slice(0, 2).join("/") as keyof typeof peerDependencies;
    throw new ConfigurationError(`Bucket by ${name}`, [
      {
        path: ["node_modules"],
        expected: `${name}, which makes buckets of this provider`,
        lines: `npm install ${name}@${peerDependencies[name]}`,
      },
    ]);
  }
}
