/**
 * Prepares all that the lab needs without starting it, e.g. to fill the cache of a CI machine: `npx
 * tsx lab/toolchain/main.ts`.
 */
import { ensureImages, imageNames } from "../images/index.js";
import {
  type BuildEvent,
  describeBuild,
  ensureDebianPackages,
  programNames,
  startBuilds,
} from "./index.js";

async function main(): Promise<void> {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));
  const { signal } = interrupted;

  const debian = await ensureDebianPackages({
    signal,
    onEvent: (line) => console.log(line),
    forTests: true,
  });
  const builds = startBuilds(programNames, { signal, onEvent: twiceAMinute() });
  const images = await ensureImages(imageNames(), { ready: builds.ready, debian });
  for (const { ref, tar } of images) console.log(`${ref}  ${tar}`);
  await builds.done;
}

/** Builds tell their progress each second. */
function twiceAMinute(): (event: BuildEvent) => void {
  let told = 0;
  return (event) => {
    if (event.kind === "building" && Date.now() - told < 30_000) return;
    if (event.kind === "building") told = Date.now();
    console.log(describeBuild(event));
  };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
