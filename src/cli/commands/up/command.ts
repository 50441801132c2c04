import { Command } from "commander";
import { chooseStacks, openProject } from "../../project";
import { isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";
import { environmentHelp, parallelOption } from "../../ui/options";

export interface UpOptions {
  readonly yes: boolean;
  readonly resume: boolean;
  readonly parallel: number;
  /** Whether each wave is verified before the next one starts. */
  readonly verify: boolean;
  /** Bring up only what has a certificate to renew, without a question. */
  readonly renew?: boolean;
}

export function upCommand(): Command {
  return new Command("up")
    .summary("bring stacks up: keys, requests, signing and connecting in the right order")
    .description(
      `Brings stacks up in passes, and skips the passes that are not needed:
  1. edges without a key make one and ask for a certificate
  2. their requests are copied into the hub's stack file, to be committed
  3. the hub is brought up, and signs
  4. edges are brought up and connect in waves: dev, then stg, then others, then prd;
     edges of one environment are updated in parallel
  5. after each wave, its edges and their hub are verified, as by: npm run verify -- <edge...>
If a wave fails, its other edges still finish, and the next wave does not start.
An edge that is named without its hub adds the hub where the hub has to sign.
Stacks that do not exist yet are created.
With --renew: hubs with a certificate inside its window, then the edges that got a new one.
To continue an interrupted run, run the same command again.`,
    )
    .argument("[stack...]", "stacks to bring up; all where none is named")
    .option("-y, --yes", "neither preview nor ask first", false)
    .option("--renew", "renew certificates that end soon, and nothing else; asks nothing", false)
    .option("--resume", "remove locks that killed updates of this machine left behind", false)
    .option("--no-verify", "do not verify after each wave: a broken wave is followed by the next")
    .addOption(parallelOption("edges of one environment in parallel"))
    .addHelpText(
      "after",
      `
${environmentHelp("Pulumi itself")}

Examples:
  npm run up                       everything, after a preview and a question
  npm run up -- --yes              everything, in CI
  npm run up -- dev                one edge, and its hub where that has to sign
  npm run up -- --yes --resume     after a run that was killed
  npm run up -- --renew            once a week, by a scheduled job

Exit codes: 0 up and verified, 1 error or a wave that failed, 130 interrupted`,
    )
    .action(up);
}

/** The command that continues where this one stopped. */
function resumeCommandFor(named: readonly string[], { yes, verify }: UpOptions): string {
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
      "To continue without a question: npm run up -- --yes",
    );
  }
  const project = openProject();
  const stacks = chooseStacks(project, named);
  // Loaded late: `--help` and a mistyped stack do not wait for the SDK.
  if (options.renew) {
    const { renew } = await import("./renewal.js");
    return renew(project, stacks, options);
  }
  const { bringUp, remindOfCommit } = await import("./up.js");
  const resumeCommand = resumeCommandFor(named, options);
  remindOfCommit(await bringUp(project, stacks, { ...options, resumeCommand }));
}
