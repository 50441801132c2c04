import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Receipt } from "../../src/cli/commands/offboard/receipt";
import type { Verification } from "../../src/cli/commands/verify/verify";
import { spare } from "../clusters/topology.js";
import { exists } from "../host/files.js";
import { removeSpare, startSpare } from "../phases/spare.js";
import { until } from "../host/wait.js";
import { runProgram } from "../project/commands.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { HubFile } from "./support/hub-file.js";
import { openMimir } from "./support/hub.js";
import { fromYaml } from "@heliograph/heliograph/model";

const edge = spare.name;
const retentionDays = 7;
/** A tenant of its own, and no more series than fit beside the lab's own edges. */
const facts = ["--like", "dev", "--environment", "stg", "--active-series", "20000"];
const onboardQa = ["onboard", edge, ...facts, "--retention-days", String(retentionDays), "--yes"];
const day = 86_400_000;

/**
 * A cluster that nobody knows is let in by one command, which is interrupted once, and taken out by
 * another.
 */
export const onboard: Scenario = {
  name: "onboard",
  summary:
    "a new cluster is let in by one command, also when that is interrupted, verified, and taken out again with a receipt",
  needs: "deployment",
  async run(lab) {
    lab.onCleanup(`nothing of ${edge} is left`, () => forget(lab));
    const hubFile = await HubFile.open(lab);
    const start = performance.now();
    lab.log(`starting cluster ${edge}`);
    await startSpare(lab.signal, () => undefined);
    lab.log(`${since(start)} s`);

    await checkDryRun(lab);
    hubFile.expectChange();
    await checkInterrupted(lab);
    await checkOnboard(lab);
    await checkOffboard(lab);
  },
};

async function checkDryRun(lab: ScenarioContext): Promise<void> {
  const before = await file(lab, "ops");
  const { code, stdout } = await lab.heliograph([...onboardQa, "--dry-run"]);
  const lines = stdout.split("\n").filter((line) => /^ +\+ /.test(line));
  const untouched = (await file(lab, "ops")) === before && !(await exists(path(lab, edge)));
  lab.check(
    "a dry run says what would be written, and writes nothing",
    code === 0 && untouched,
    `${lines.length} lines`,
  );
}

/** As by Ctrl-C: what is under way ends, nothing after it begins. */
async function checkInterrupted(lab: ScenarioContext): Promise<void> {
  const interruption = new AbortController();
  let ended = false;
  const running = runProgram(onboardQa, interruption.signal)
    .catch(() => undefined)
    .finally(() => (ended = true));
  // Its stack file is written first, its own stack is brought up next.
  const begun = async () => ended || (await exists(path(lab, edge)));
  await until({ what: "the first file", seconds: 60, signal: lab.signal }, begun);
  await pause(4000);
  interruption.abort();
  await running;
  const states = await stacks(lab);
  lab.check(
    "interrupted while it works",
    !(await isConnected(lab)),
    `stacks: ${states.join(", ")}; ${edge} is not connected`,
  );
}

async function checkOnboard(lab: ScenarioContext): Promise<void> {
  const start = performance.now();
  const { code, stdout, stderr } = await lab.heliograph(["onboard", edge, "--yes", "--resume"]);
  lab.check(
    "the same command goes on",
    code === 0,
    `exit ${code} after ${since(start)} s; ${lastLine(stdout || stderr)}`,
  );
  if (code !== 0) lab.log(stderr);
  const passphrase = await stat(join(lab.env["HELIOGRAPH_PASSPHRASES"] ?? "", edge));
  lab.check(
    "its passphrase is its owner's alone",
    (passphrase.mode & 0o777) === 0o600,
    (passphrase.mode & 0o777).toString(8),
  );

  const verified = await verify(lab);
  const report = verified.edges.find((each) => each.edge === edge);
  const seen = report?.checks.map(({ name, brief }) => `${name} ${brief}`).join(", ");
  lab.check(
    "verify is green for it and for everybody else",
    verified.ok,
    `${verified.edges.length} edges; ${edge}: ${seen}`,
  );
  const targets = await (
    await openMimir(lab)
  ).number([edge], `count(up{cluster="${edge}", environment="stg"} == 1)`);
  lab.check("its targets are in its own tenant", targets > 0, `${targets} targets`);
}

async function checkOffboard(lab: ScenarioContext): Promise<void> {
  const mimir = await openMimir(lab);
  const start = performance.now();
  const { code, stdout, stderr } = await lab.heliograph([
    "offboard",
    edge,
    "--drain",
    "3m",
    "--json",
    "--yes",
    "--resume",
  ]);
  lab.check("offboard", code === 0, `exit ${code} after ${since(start)} s`);
  if (code !== 0) throw new Error(stderr);
  const receipt = JSON.parse(stdout) as Receipt;
  const { destroyed, notSent, newestSample, dataExpires, certificateValidUntil } = receipt;
  lab.check(
    "the gateway was seen to refuse it",
    /refuse its certificate/.test(receipt.revoked),
    receipt.revoked,
  );
  lab.check(
    "its stack is destroyed",
    (destroyed?.resources ?? 0) > 20,
    `${destroyed?.resources} resources`,
  );
  const behind = "seconds" in notSent ? notSent.seconds : Infinity;
  lab.check(
    "it had sent all but the last seconds",
    behind < 30,
    `${behind.toFixed(1)} s behind when it was revoked`,
  );
  const kept = (Date.parse(dataExpires) - Date.parse(newestSample ?? "")) / day;
  lab.check(
    "the receipt says until when its data is kept",
    kept === retentionDays,
    `${newestSample} + ${kept} days = ${dataExpires}`,
  );
  const left = (Date.parse(certificateValidUntil ?? "") - Date.now()) / day;
  lab.check("and its certificate", left > 300 && left < 400, `${left.toFixed(0)} days`);

  const namespaces = (await lab.kubectl(edge, ["get", "namespaces", "--output=name"]))
    .trim()
    .split("\n");
  const ours = namespaces.filter((name) => /heliograph|web|secure/.test(name));
  lab.check(
    "its cluster is as it was before",
    ours.length === 0,
    `${namespaces.length} namespaces, ${ours.length} of ours`,
  );
  const { config } = fromYaml(await file(lab, "ops")) as {
    config: { "heliograph:hub": { edges: Record<string, Record<string, unknown>> } };
  };
  const entry = config["heliograph:hub"].edges[edge] ?? {};
  const stays = entry["revoked"] === true && entry["request"] === undefined;
  const gone = !(await exists(path(lab, edge))) && !(await stacks(lab)).includes(edge);
  lab.check(
    "its stack and file are gone, its entry stays, revoked",
    stays && gone,
    Object.keys(entry).join(", "),
  );

  const samples = await mimir.number(
    [edge],
    `count_over_time(up{cluster="${edge}", job="prometheus-agent"}[15m])`,
  );
  lab.check("its samples are still there to read", samples > 0, `${samples} samples of one target`);
  const preview = await lab.heliograph(["preview", "ops", "--expect-no-changes"]);
  lab.check(
    "nothing is left to bring up",
    preview.code === 0,
    lastLine(preview.stdout || preview.stderr),
  );
  const verified = await verify(lab);
  const states = verified.edges.map((each) => `${each.edge} ${each.state}`).join(", ");
  lab.check("verify is green without it", verified.ok, states);
}

/** Whatever the scenario left behind; the hub's file is another cleanup. */
async function forget(lab: ScenarioContext): Promise<void> {
  if ((await stacks(lab)).includes(edge))
    await lab.pulumi(["stack", "rm", "--stack", edge, "--yes", "--force"]);
  await rm(path(lab, edge), { force: true });
  await rm(join(lab.env["HELIOGRAPH_PASSPHRASES"] ?? "", edge), { force: true });
  await removeSpare();
}

async function verify(lab: ScenarioContext): Promise<Verification> {
  return JSON.parse((await lab.heliograph(["verify", "--json"])).stdout) as Verification;
}

async function isConnected(lab: ScenarioContext): Promise<boolean> {
  const { code, stdout } = await lab.pulumi(["stack", "output", "edge", "--json", "--stack", edge]);
  return code === 0 && (JSON.parse(stdout) as { state: string }).state === "connected";
}

async function stacks(lab: ScenarioContext): Promise<string[]> {
  const { stdout } = await lab.pulumi(["stack", "ls", "--json"]);
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

function path(lab: ScenarioContext, stack: string): string {
  return join(lab.env["HELIOGRAPH_PROJECT"] ?? "", `Pulumi.${stack}.yaml`);
}

function file(lab: ScenarioContext, stack: string): Promise<string> {
  return readFile(path(lab, stack), "utf8");
}

function since(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
