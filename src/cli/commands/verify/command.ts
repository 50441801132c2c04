import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { DURATION, DURATION_EXPECTED, toSeconds } from "@heliograph/heliograph/model";
import { openProject } from "../../project";
import { EXIT, Failure } from "../../ui/failure";
import { liveProgress, noProgress, plainProgress, type Progress } from "../../ui/progress";
import { PATIENCE } from "./check";
import type { Report } from "./report";
import { version } from "../../../../package.json";

interface VerifyOptions {
  readonly json: boolean;
  readonly html?: string;
  readonly from?: string;
  readonly details: boolean;
  readonly timeout: number;
  readonly maxAge: number;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .summary("prove that the data of every edge arrives, in its tenant and in no other")
    .description(
      [
        "Proves for each edge of the inventory: its identity is signed, and for how long; the",
        "gateway takes its certificate and refuses others; a sample written with that certificate",
        "is read back through the edge's tenant and through no other; the agent's series have the",
        "five labels; how old the newest sample is; the queue keeps up and loses nothing; the",
        "running configuration is the deployed one; a query over all tenants sees it. For an edge",
        "that keeps its metrics: it answers the hub's query, and keeps them as long as it should.",
        "It works through the API servers of the clusters, with the kubeconfig contexts of the",
        "stacks, and where a stack makes buckets in a cloud, through the engine, with the",
        "credentials of an update: nothing else has to be reachable from here.",
      ].join(" "),
    )
    .argument("[edge...]", "edges to verify; all where none is named")
    .option("--json", "print JSON, for machines", false)
    .option("--html <file>", "write the fleet page there: one file, for people and browsers")
    .option("--from <file>", "ask nothing: show a report that --json has printed")
    .option("--details", "show every check, also of what is well", false)
    .addOption(
      new Option(
        "--timeout <duration>",
        "how long to wait for changes that are still spreading, and agents that start",
      )
        .argParser(seconds)
        .default(PATIENCE.timeoutSeconds, "2m"),
    )
    .addOption(
      new Option(
        "--max-age <duration>",
        "age of the newest sample, and lag of a queue, above which they fail",
      )
        .argParser(seconds)
        .default(PATIENCE.maxAgeSeconds, "60s"),
    )
    .addHelpText(
      "after",
      `
Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with a passphrase file per stack; Pulumi's own variables if unset
  KUBECONFIG, PULUMI_*    as for kubectl and Pulumi themselves

Examples:
  npm run verify                        all edges
  npm run verify -- prd                 one of them, and its hub
  npm run --silent verify -- --json     for machines
  npm run verify -- --html fleet.html   for people: the state of every edge, and what to do next
  npm run verify -- --from report.json --html fleet.html
                                        the same of a report that was saved before

Exit codes: 0 all is well, 1 something is not`,
    )
    .action(run);
}

function seconds(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError(`Expected ${DURATION_EXPECTED}.`);
  return toSeconds(text);
}

async function run(
  named: string[],
  { json, html, from, details, timeout, maxAge }: VerifyOptions,
): Promise<void> {
  const progress = progressFor(json);
  const report =
    from === undefined
      ? await ask(named, { timeoutSeconds: timeout, maxAgeSeconds: maxAge }, progress)
      : await savedReport(from, named);
  if (html !== undefined) {
    const { fleetPage } = await import("./page/page.js");
    await writeFile(html, fleetPage(report));
  }
  const { show } = await import("./table.js");
  if (progress === liveProgress && from === undefined) progress.note("");
  console.log(
    json ? JSON.stringify(report, null, 2) : show(report, report.asked.milliseconds, details),
  );
  if (!report.ok) process.exitCode = EXIT.failed;
}

async function ask(
  named: readonly string[],
  options: Parameters<typeof import("./verify.js").verify>[2],
  progress: Progress,
): Promise<Report> {
  const at = new Date().toISOString();
  const started = performance.now();
  const project = openProject();
  // Loaded late: `--help` does not wait for the SDKs of Pulumi and Kubernetes.
  const [{ openFleet }, { verify }] = await Promise.all([
    import("./fleet.js"),
    import("./verify.js"),
  ]);
  const verification = await verify(await openFleet(project), named, options, progress);
  const milliseconds = performance.now() - started;
  return { asked: { at, milliseconds, program: version, edges: named }, ...verification };
}

async function savedReport(file: string, named: readonly string[]): Promise<Report> {
  if (named.length > 0)
    throw new Failure(
      "--from shows the whole report: name no edges.",
      `npm run verify -- --from ${file}`,
    );
  const { readReport } = await import("./saved.js");
  return readReport(file);
}

/** On standard error, where it disturbs neither the table nor the JSON. */
function progressFor(json: boolean): Progress {
  if (json) return noProgress;
  return process.stderr.isTTY ? liveProgress : plainProgress(console.error);
}
