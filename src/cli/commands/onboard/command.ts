import { Command } from "commander";
import { openProject } from "../../project";
import { isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";
import { QUESTIONS, type Answers } from "./questions";

export interface OnboardOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly resume: boolean;
}

export function onboardCommand(): Command {
  const command = new Command("onboard")
    .summary("add a cluster: stack file, inventory, certificate, agent, verified")
    .description(
      `Writes Pulumi.<edge>.yaml, and adds the edge to the inventory in the hub's stack file, and its
tenant if that is new. Shows both changes first. Then it brings the edge up: the edge asks for a
certificate, the hub signs, the edge connects and is verified.
On a terminal it asks for what no option gives, and suggests what the other stack files have. What
is in a file already is never changed. If it is interrupted, run the same command again.`,
    )
    .argument("<edge>", "name of the edge, and of its stack: a DNS label");
  for (const { flag, asks } of QUESTIONS)
    command.option(flag, asks.charAt(0).toLowerCase() + asks.slice(1));
  return command
    .option("--dry-run", "only show what would be written; needs no cluster", false)
    .option("-y, --yes", "ask nothing: use options, then defaults", false)
    .option("--resume", "remove locks that killed updates of this machine left behind", false)
    .addHelpText(
      "after",
      `
Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with one passphrase file per stack; the new stack's is written;
                          where unset, Pulumi's own variables are used
  KUBECONFIG, PULUMI_*    as for kubectl and Pulumi themselves

Examples:
  npm run onboard -- qa                                            asks for the rest
  npm run onboard -- qa --like stg --environment stg --yes         in CI
  npm run onboard -- qa --like stg --environment stg --dry-run     what would be written

Exit codes: 0 added and verified, 1 error, 130 interrupted`,
    )
    .action(run);
}

async function run(
  edge: string,
  { yes, dryRun, resume, ...answers }: OnboardOptions & Answers,
): Promise<void> {
  if (!yes && !dryRun && !isTerminal())
    throw new Failure(
      "There is no terminal to ask on.",
      `To continue without a question: npm run onboard -- ${edge} ... --yes`,
    );
  const project = openProject();
  const { onboard } = await import("./onboard.js");
  await onboard(project, edge, answers, { yes, dryRun, resume });
}
