import { table } from "../../src/cli/ui/table";
import { beginSession } from "../host/session.js";
import { imageDifferences } from "../images/index.js";
import { bringUp } from "../phases/bring-up.js";
import { verifyUntilGreen } from "../phases/program.js";
import { Stopwatch } from "../phases/stopwatch.js";
import type { Debian } from "../toolchain/index.js";

export interface UpOptions {
  /** Stop when the programs are built, before anything is started. */
  programsOnly?: boolean;
  /** Stop when the clusters are there, before the program is deployed to them. */
  clustersOnly?: boolean;
}

export async function up({ programsOnly, clustersOnly }: UpOptions): Promise<void> {
  const signal = await beginSession("up");
  const clock = new Stopwatch();
  const goal = programsOnly ? "programs" : clustersOnly ? "clusters" : "deployment";
  const debian = await bringUp(goal, signal, clock);
  if (programsOnly) return console.log(`\n${clock.table()}`);
  if (!clustersOnly) await clock.time("verification", () => verifyUntilGreen(signal));
  console.log(`\n${clock.table()}\n\n${differences(debian)}\n${next}`);
}

/** What a green lab does not prove. */
function differences(debian: Debian): string {
  const rows = imageDifferences(debian).map(({ image, product, lab }) => [image, product, lab]);
  return table(["image", "product", "here"], rows);
}

const next = `
What now:
  npm run lab -- status                     what runs, and what it uses
  npm run lab -- kubectl dev get pods -A    any cluster: ops, dev, stg, prd
  npm run lab -- verify                     every check again
  npm run lab -- dashboards                 every dashboard as a page
  npm run lab -- scenario                   what can be tried on it
  eval "$(npm run --silent lab -- env)"     then: pulumi preview -s dev
  npm run lab -- down                       and nothing is left
`;
