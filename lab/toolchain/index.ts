/**
 * The programs of the lab: built from their Go modules, or unpacked from Debian's packages. Nothing
 * here needs a cluster.
 */
export { type ProgramName, programFolder, programNames } from "./programs.js";
export { type BuildEvent, type BuildOptions, type Builds, startBuilds } from "./builds.js";
export { BuildError } from "./provide.js";
export { describeBuild } from "./progress.js";
export { type Debian, type DebianOptions, ensureDebianPackages } from "./debian.js";
