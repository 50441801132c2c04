import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { chooseStacks, openProject } from "../../project";
import { plural } from "../../ui/text";

interface Options {
  readonly out: string;
  readonly write: boolean;
  readonly asIs: boolean;
  readonly against?: string;
  readonly markdown?: string;
}

export function renderCommand(): Command {
  return new Command("render")
    .summary(
      "show what a stack consists of, and write its manifests; needs no engine and no cluster",
    )
    .description(
      `Runs the program of each stack in process: no engine, cluster or credentials. Prints its resource
tree, what its pods request, and the program's warnings. Writes one YAML file per object, with
secrets redacted: <out>/<stack>/<namespace>/<kind>-<name>.yaml.
Edges that are not signed yet are rendered as they will be once they are connected.`,
    )
    .argument("[stack...]", "stacks to render; all where none is named")
    .option("-o, --out <folder>", "folder for the manifests", "rendered")
    .option("--no-write", "print the tree only")
    .option(
      "--as-is",
      "render edges that are not signed yet as they are now: without an agent",
      false,
    )
    .option(
      "--against <where>",
      "show what differs from another version: a git ref, or a folder with a checkout",
    )
    .option(
      "--markdown <file>",
      "with --against: write the differences there, as a comment for a pull request",
    )
    .addHelpText(
      "after",
      `
Examples:
  npm run render                             all stacks, into rendered/
  npm run render -- dev --no-write           the tree of one stack
  npm run render -- --against origin/main    what this branch changes, object by object

Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset

Exit codes: 0 rendered, 1 error`,
    )
    .action(render);
}

async function render(
  named: string[],
  { out, write, asIs, against, markdown }: Options,
): Promise<void> {
  const project = openProject();
  const stacks = chooseStacks(project, named);
  if (against !== undefined) {
    const { compareWith } = await import("./compare.js");
    const text = await compareWith(against, project, stacks);
    if (markdown) await writeFile(markdown, text);
    else console.log(text);
    return;
  }
  // Loaded late: `--help` and a mistyped stack do not wait for the SDK.
  const [{ renderStacks }, { showTree }, { writeManifests }] = await Promise.all([
    import("./render-stack.js"),
    import("./tree.js"),
    import("./manifests.js"),
  ]);
  for (const rendered of await renderStacks(project, stacks, { connected: !asIs })) {
    console.log(`${showTree(rendered)}\n`);
    if (!write) continue;
    const count = await writeManifests(resolve(out), rendered);
    console.log(`${plural(count, "manifest")} in ${out}/${rendered.stack}\n`);
  }
}
