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
    .summary("let another cluster in: stack file, inventory, certificate, agent, verified")
    .description(
      `Writes Pulumi.<edge>.yaml, adds the edge to the inventory in the hub's stack file (and its tenant, where that is new), and shows both first.
Then it brings the edge up: it asks for a certificate, the hub signs, it connects. In the end it is verified.
On a terminal it asks for what no option says, and suggests what the other stack files have. What a file has already is never changed.
Interrupted or stopped at any point, the same command goes on.`,
    )
    .argument("<edge>", "name of the edge, and of its stack: a DNS label");
  for (const { flag, asks } of QUESTIONS)
    command.option(flag, asks.charAt(0).toLowerCase() + asks.slice(1));
  return command
    .option("--dry-run", "only show what would be written", false)
    .option("-y, --yes", "ask nothing: options, or what is usual", false)
    .option("--resume", "take away locks that killed updates of this machine left behind", false)
    .addHelpText(
      "after",
      `
Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with one passphrase file per stack; the new stack's is made; where unset, Pulumi's own variables hold
  KUBECONFIG, PULUMI_*    as for kubectl and Pulumi themselves

Examples:
  npm run onboard -- qa                                            asks for the rest
  npm run onboard -- qa --like stg --environment stg --yes         in CI
  npm run onboard -- qa --like stg --environment stg --dry-run     what would be written

Exit codes: 0 in and verified, 1 error, 130 interrupted`,
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
      `To go ahead without a question: npm run onboard -- ${edge} ... --yes`,
    );
  const project = openProject();
  const { onboard } = await import("./onboard.js");
  await onboard(project, edge, answers, { yes, dryRun, resume });
}
