import { Command } from "commander";
import { offboardCommand } from "./commands/offboard/command";
import { onboardCommand } from "./commands/onboard/command";
import { previewCommand } from "./commands/preview/command";
import { renderCommand } from "./commands/render/command";
import { describeFailure, exitCodeOf } from "./ui/failure";
import { silenceCommand } from "./commands/silence/command";
import { upCommand } from "./commands/up/command";
import { verifyCommand } from "./commands/verify/command";
import { whoCommand } from "./commands/who/command";

const MORE_HELP = "(more with --help)";

/** The commands of the project: `npm run render`, `npm run preview` and so on. */
export function cli(): Command {
  const program = new Command("npm run")
    .description("Heliograph: one place to see all of your Kubernetes clusters.")
    .usage("<command> -- [stack...] [options]")
    .helpCommand(false)
    .showHelpAfterError(MORE_HELP);
  for (const command of [
    renderCommand(),
    previewCommand(),
    upCommand(),
    verifyCommand(),
    onboardCommand(),
    offboardCommand(),
    whoCommand(),
    silenceCommand(),
  ]) {
    const named = command.registeredArguments.map((each) =>
      each.required ? `<${each.name()}>` : `[${each.name()}...]`,
    );
    const parts = command.commands.length > 0 ? ["<what>"] : named;
    program.addCommand(
      command.usage(`-- ${parts.join(" ")} [options]`).copyInheritedSettings(program),
    );
    for (const part of command.commands) part.showHelpAfterError(MORE_HELP);
  }
  return program;
}

async function main(): Promise<void> {
  // `npm run render | head` closes the pipe early.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  try {
    await cli().parseAsync();
  } catch (error) {
    console.error(`\n${describeFailure(error)}`);
    process.exitCode = exitCodeOf(error);
  }
}

if (require.main === module) void main();
