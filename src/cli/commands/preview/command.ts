import { Command } from "commander";
import { chooseStacks, openProject } from "../../project";
import { EXIT } from "../../ui/failure";
import { environmentHelp, parallelOption } from "../../ui/options";

interface Options {
  readonly diff: boolean;
  readonly json: boolean;
  readonly expectNoChanges: boolean;
  readonly parallel: number;
  readonly markdown?: string;
}

export function previewCommand(): Command {
  return new Command("preview")
    .summary("show what `up` would create, change, replace and delete")
    .description(
      `Asks the engine what an update of each stack would do, without doing it. Resources that would be
deleted or replaced come first and in capitals. A stack that does not exist yet is previewed as its
first creation, and nothing is left behind.`,
    )
    .argument("[stack...]", "stacks to preview; all where none is named")
    .option("--diff", "show the properties that differ", false)
    .option("--json", "print JSON, for machines", false)
    .option(
      "--markdown <file>",
      "also write a comment for a pull request: deletions first, within GitHub's limit",
    )
    .option("--expect-no-changes", "exit with 2 if anything would change", false)
    .addOption(parallelOption("previews in parallel"))
    .addHelpText(
      "after",
      `
${environmentHelp("Pulumi itself")}

Examples:
  npm run preview                              all stacks
  npm run preview -- prd --diff                one stack, property by property
  npm run preview -- --markdown comment.md     for a pull request: docs/pr-checks.md
  npm run preview -- --expect-no-changes       in CI: is what runs what is committed?

Exit codes: 0 previewed, 1 error, 2 changes although --expect-no-changes`,
    )
    .action(preview);
}

async function preview(named: string[], options: Options): Promise<void> {
  const project = openProject();
  const stacks = chooseStacks(project, named);
  // Loaded late: `--help` and a mistyped stack do not wait for the SDK.
  const { previewStacks } = await import("./preview.js");
  const { changed } = await previewStacks(project, stacks, options);
  if (changed && options.expectNoChanges) process.exitCode = EXIT.changes;
}
