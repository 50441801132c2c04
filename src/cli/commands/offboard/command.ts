import { Command, InvalidArgumentError, Option } from "commander";
import { DURATION, DURATION_EXPECTED, toSeconds } from "../../../../components/kit/duration";
import { openProject } from "../../project";
import { isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";

export interface OffboardOptions {
  readonly yes: boolean;
  readonly json: boolean;
  readonly resume: boolean;
  readonly clusterGone: boolean;
  /** Seconds for which to wait for what is not sent yet; undefined: not at all. */
  readonly drain?: number;
}

/** An agent that returns from an outage of an hour needs about a quarter of it. */
const USUAL_DRAIN = "15m";

export function offboardCommand(): Command {
  return new Command("offboard")
    .summary("take a cluster out: revoked, its agent destroyed, and a receipt of what remains")
    .description(
      `Takes an edge out, in this order:
  1. with --drain: waits until its agent has sent what it has scraped so far
  2. revokes it: its entry in the hub's stack file gets \`revoked: true\`, the hub is brought up, its gateway refuses the certificate
  3. destroys its stack, and takes Pulumi.<edge>.yaml away
  4. the hub forgets its certificate
The entry stays in the inventory, and its tenant with it: its metrics are kept for as long as the tenant's retention says. The receipt says until when.
Interrupted or stopped at any point, the same command goes on.`,
    )
    .argument("<edge>", "name of the edge in the inventory")
    .addOption(
      new Option("--drain [duration]", "first wait for what is not sent yet, at most so long")
        .argParser(seconds)
        .preset(USUAL_DRAIN),
    )
    .option(
      "--cluster-gone",
      "the cluster does not exist any more: forget what was deployed there",
      false,
    )
    .option("--json", "print the receipt as JSON, for machines", false)
    .option("-y, --yes", "do not ask for the name to be typed", false)
    .option("--resume", "take away locks that killed updates of this machine left behind", false)
    .addHelpText(
      "after",
      `
Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with one passphrase file per stack; where unset, Pulumi's own variables hold
  KUBECONFIG, PULUMI_*    as for kubectl and Pulumi themselves

Examples:
  npm run offboard -- qa --drain                         sends the rest first, asks for the name
  npm run --silent offboard -- qa --drain 1h --yes --json   in CI
  npm run offboard -- qa --cluster-gone                  somebody has deleted the cluster

Exit codes: 0 out, 1 error, 130 interrupted`,
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
      `To go ahead without a question: npm run offboard -- ${edge} --yes`,
    );
  const project = openProject();
  const { offboard } = await import("./offboard.js");
  await offboard(project, edge, options);
}
