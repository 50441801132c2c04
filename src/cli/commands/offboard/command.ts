import { Command, InvalidArgumentError, Option } from "commander";
import { DURATION, DURATION_EXPECTED, toSeconds } from "@heliograph/heliograph/model";
import { openProject } from "../../project";
import { isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";
import { environmentHelp } from "../../ui/options";

export interface OffboardOptions {
  readonly yes: boolean;
  readonly json: boolean;
  readonly resume: boolean;
  readonly clusterGone: boolean;
  /** Seconds to wait until the agent has sent everything; undefined: do not wait. */
  readonly drain?: number;
}

/** After an outage of one hour, an agent needs about a quarter of an hour to catch up. */
const DEFAULT_DRAIN = "15m";

export function offboardCommand(): Command {
  return new Command("offboard")
    .summary("remove a cluster: revoke it, destroy its agent, and print a receipt of what remains")
    .description(
      `Removes an edge, in this order:
  1. with --drain: waits until its agent has sent everything that it has scraped so far
  2. revokes it: sets \`revoked: true\` in its entry of the hub's stack file, and updates the hub,
     whose gateway then rejects the certificate
  3. destroys its stack, and removes Pulumi.<edge>.yaml
  4. removes its request from the hub's stack file
The entry stays in the inventory, with its tenant. The tenant's retention decides how long its
metrics are kept. The receipt says until when.
If it is interrupted, run the same command again.`,
    )
    .argument("<edge>", "name of the edge in the inventory")
    .addOption(
      new Option("--drain [duration]", "wait until everything is sent, at most this long")
        .argParser(seconds)
        .preset(DEFAULT_DRAIN),
    )
    .option("--cluster-gone", "the cluster no longer exists: forget what was deployed there", false)
    .option("--json", "print the receipt as JSON, for machines", false)
    .option("-y, --yes", "do not ask for the name to be typed", false)
    .option("--resume", "remove locks that killed updates of this machine left behind", false)
    .addHelpText(
      "after",
      `
${environmentHelp("kubectl and Pulumi themselves")}

Examples:
  npm run offboard -- qa --drain                            sends the rest first, asks for the name
  npm run --silent offboard -- qa --drain 1h --yes --json   in CI
  npm run offboard -- qa --cluster-gone                     somebody has deleted the cluster

Exit codes: 0 removed, 1 error, 130 interrupted`,
    )
    .action(run);
}

function seconds(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return toSeconds(text);
}

async function run(edge: string, options: OffboardOptions): Promise<void> {
  if (!options.yes && !isTerminal())
    throw new Failure(
      "There is no terminal to ask on.",
      `To continue without a question: npm run offboard -- ${edge} --yes`,
    );
  const project = openProject();
  const { offboard } = await import("./offboard.js");
  await offboard(project, edge, options);
}
