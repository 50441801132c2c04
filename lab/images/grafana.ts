import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { LabError } from "../host/errors.js";
import type { Debian } from "../toolchain/debian.js";
import type { Entry, Image } from "./archive.js";
import { base, busybox, fromMachine, program, text } from "./base.js";

/** Where upstream's image has it. */
const HOME = "usr/share/grafana";
/** Of `HOME`, what Grafana needs to run. */
const PARTS = ["conf", "public", "plugins-bundled"];

/**
 * The folder of the Grafana that is installed on this machine: `HELIOGRAPH_GRAFANA_HOME`, or the
 * one that `grafana` on PATH is in. The lab cannot build it, since its pages are in no Go module.
 *
 * @returns undefined where there is none.
 * @throws LabError where `HELIOGRAPH_GRAFANA_HOME` names something else.
 */
export function grafanaHome(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env["HELIOGRAPH_GRAFANA_HOME"];
  if (named !== undefined && named !== "") {
    if (!isHome(named))
      throw new LabError(
        `HELIOGRAPH_GRAFANA_HOME is ${named}, which has no bin/grafana and no public: expected the folder that Grafana's archive unpacks to.`,
      );
    return named;
  }
  const found = (env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "grafana"));
  // Packages put links or scripts on PATH, and their files into the folder that upstream's have.
  const homes = found
    .filter(isProgram)
    .flatMap((file) => [dirname(dirname(realpathSync(file))), `/${HOME}`]);
  return homes.find(isHome);
}

/** `13.2.3` */
export function grafanaVersion(home: string): string {
  const file = join(home, "VERSION");
  return existsSync(file) ? readFileSync(file, "utf8").trim().replace(/^v/, "") : "unknown";
}

/** With upstream's entrypoint, user and paths. */
export async function grafanaImage(ref: string, home: string, debian: Debian): Promise<Image> {
  const file = join(home, "bin", "grafana");
  const path = `${HOME}/bin/grafana`;
  return {
    ref,
    entrypoint: ["/run.sh"],
    user: "472",
    workdir: `/${HOME}`,
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      // Some of its builds need no library.
      ...(await fromMachine(file, path).catch(() => [program(path, file)])),
      ...PARTS.flatMap((part) => filesBelow(join(home, part), `${HOME}/${part}`)),
      text("run.sh", RUN, 0o755),
      ...["var/lib/grafana", "var/log/grafana"].map((folder): Entry => ({
        path: folder,
        kind: "folder",
        mode: 0o755,
        owner: 472,
      })),
    ],
  };
}

/** Upstream's script, without the settings of which our pods make no use. */
const RUN = `#!/bin/sh
exec /${HOME}/bin/grafana server --homepath=/${HOME} --config="$GF_PATHS_CONFIG" \\
  --packaging=docker "$@" cfg:default.log.mode=console \\
  cfg:default.paths.data=/var/lib/grafana cfg:default.paths.logs=/var/log/grafana \\
  cfg:default.paths.plugins=/var/lib/grafana/plugins
`;

function filesBelow(folder: string, path: string): Entry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each): Entry => {
      const from = join(each.parentPath, each.name);
      const mode = isProgram(from) ? 0o755 : 0o644;
      return { path: join(path, from.slice(folder.length)), kind: "file", from, mode };
    });
}

function isHome(folder: string): boolean {
  return isProgram(join(folder, "bin", "grafana")) && existsSync(join(folder, "public"));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
