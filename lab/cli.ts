import { Command } from "commander";
import { figures } from "./bench/index.js";
import { bench } from "./commands/bench.js";
import { dashboards } from "./commands/dashboards.js";
import { down } from "./commands/down.js";
import { env } from "./commands/env.js";
import { kubectl } from "./commands/kubectl.js";
import { scenario } from "./commands/scenario.js";
import { status } from "./commands/status.js";
import { up } from "./commands/up.js";
import { verify } from "./commands/verify.js";
import { LabError } from "./host/errors.js";
import { endSession, wasInterrupted } from "./host/session.js";

// Where a user's PATH leaves out what only root runs.
process.env.PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

const program = new Command("npm run lab --")
  .description(
    "A hub and its edges on this machine: four real Kubernetes clusters, with the program deployed to them.",
  )
  .enablePositionalOptions();

program
  .command("up", { isDefault: true })
  .description("bring everything up, or what is missing of it (default)")
  .option("--programs-only", "stop when the programs are built, which takes long the first time")
  .option("--clusters-only", "stop before the program is deployed")
  .action(up);
program.command("status").description("what runs, and what it uses").action(status);
program
  .command("verify")
  .description("check hub and edges end to end; arguments are passed on")
  .argument("[arguments...]")
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .action(verify);
program
  .command("kubectl")
  .description("kubectl on one of the clusters")
  .argument("<cluster>", "ops, dev, stg or prd")
  .argument("[arguments...]")
  .allowUnknownOption()
  .passThroughOptions()
  .helpOption(false)
  .action(kubectl);
program
  .command("env")
  .description('exports for a shell: eval "$(npm run --silent lab -- env)"')
  .action(env);
program
  .command("scenario")
  .description("prove something on the clusters; without a name: what there is to prove")
  .argument("[name...]", "scenarios, or all")
  .option("--as-is", "on hub and edges as they are, without bringing them up again first")
  .action(scenario);
program
  .command("dashboards")
  .description("draw Grafana's dashboards as pages, from what hub and edges answer now")
  .argument("[name...]", "dashboards, such as fleet; all where none is named")
  .option("--cluster <name>", "what they show of one cluster and its tenant alone")
  .option("--out <folder>", "where pages are written, instead of the folder of the lab's state")
  .action(dashboards);
program
  .command("bench")
  .description(
    "what Heliograph costs, measured on the clusters: ratios of things measured in turn, and costs per unit.\nAn aim that is missed is shown and is no error; a figure that cannot be taken is.",
  )
  .argument("[figure...]", `all where none is named: ${figures.map(({ name }) => name).join(", ")}`)
  .option("--json <file>", "write the figures there, too")
  .action(bench);
program
  .command("down")
  .description("remove everything from this machine, also after a crash")
  .option("--purge", "remove the cache of built programs too")
  .action(down);

async function main(): Promise<void> {
  await program.parseAsync().catch(fail);
  await endSession();
  // Timers and sockets of libraries do not keep a finished command alive.
  process.exit();
}

function fail(error: Error): void {
  process.exitCode = wasInterrupted() ? 130 : 1;
  if (wasInterrupted()) console.error(interrupted);
  else console.error(error instanceof LabError ? `\n${error.message}` : error);
}

const interrupted = `
Interrupted. What is up keeps running: \`npm run lab\` goes on from here, \`npm run lab -- down\` removes it.`;

void main();
