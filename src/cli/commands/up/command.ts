import { Command } from "commander";
import { chooseStacks, openProject } from "../../project";
import { isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";
import { parallelOption } from "../../ui/options";

export interface UpOptions {
  readonly yes: boolean;
  readonly resume: boolean;
  readonly parallel: number;
  /** Whether each wave is verified before the next one begins. */
  readonly verify: boolean;
  /** Bring up only what has a certificate to renew, without a question. */
  readonly renew?: boolean;
}

export function upCommand(): Command {
  return new Command("up")
    .summary("bring stacks up: keys, requests, signing and connecting in the right order")
    .description(
      `Brings stacks up in passes, and skips those that are not needed:
  1. edges without a key make one and ask for a certificate
  2. their requests are copied into the hub's stack file, to be committed
  3. the hub is brought up, and signs
  4. edges are brought up and connect in waves: dev, then stg, then others, then prd; edges of one environment side by side
  5. behind each wave, its edges and their hub are verified, as by: npm run verify -- <edge...>
A wave that is not well stops before the next one begins. The others of that wave are brought to their end.
An edge that is named without its hub brings in the hub where that has to sign. Stacks that do not exist yet are made.
With --renew: hubs with a certificate inside its window, then exactly the edges whose certificate is another one by then.
An interrupted run is gone on with by running the same command again.`,
    )
    .argument("[stack...]", "stacks to bring up; all where none is named")
    .option("-y, --yes", "do not preview and ask first", false)
    .option(
      "--renew",
      "renew certificates that end soon, and bring up nothing else; for jobs, asks nothing",
      false,
    )
    .option("--resume", "take away locks that killed updates of this machine left behind", false)
    .option(
      "--no-verify",
      "do not verify between the waves: what is not well in one is carried into the next",
    )
    .addOption(parallelOption("edges of one environment side by side"))
    .addHelpText(
      "after",
      `
Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with one passphrase file per stack; where unset, Pulumi's own variables hold
  KUBECONFIG, PULUMI_*    as for Pulumi itself

Examples:
  npm run up                       everything, after a preview and a question
  npm run up -- --yes              everything, in CI
  npm run up -- dev                one edge, and its hub where that has to sign
  npm run up -- --yes --resume     after a run that was killed
  npm run up -- --renew            once a week, by a scheduled job

Exit codes: 0 up and verified, 1 error, or a wave that is not well, 130 interrupted`,
    )
    .action(up);
}

/** The command that goes on where this one stopped. */
function again(named: readonly string[], { yes, verify }: UpOptions): string {
  return [
    "npm run up --",
    ...named,
    ...(yes ? ["--yes"] : []),
    ...(verify ? [] : ["--no-verify"]),
  ].join(" ");
}

async function up(named: string[], options: UpOptions): Promise<void> {
  if (!options.yes && !options.renew && !isTerminal()) {
    throw new Failure(
      "There is no terminal to ask on.",
      "To go ahead without a question: npm run up -- --yes",
    );
  }
  const project = openProject();
  const stacks = chooseStacks(project, named);
  // Loaded late: `--help` and a mistyped stack do not wait for the SDK.
  if (options.renew) {
    const { renew } = await import("./renew.js");
    return renew(project, stacks, options);
  }
  const { bringUp, remindOfCommit } = await import("./up.js");
  remindOfCommit(await bringUp(project, stacks, options, again(named, options)));
}
