/**
 * The steps of CI, quickest first, each shown with its time. A failing step does not hide the ones
 * after it, but the lab always comes down at the end. Ends with one line, `N passed, N failed`:
 * tests are counted one by one, every other step as one.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { REPORT_FILE, type Report } from "./report";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly minutes: number;
  /** Where a step that runs tests leaves their results. */
  readonly report?: string;
}

const reports = mkdtempSync(join(tmpdir(), "heliograph-ci-"));

/**
 * Quick ones, and those that prove what every change could break. The others: npm run lab --
 * scenario all. Late samples are among the tests with real programs, too.
 */
const scenarios = [
  "network",
  "first-light",
  "unchanged",
  "plain-cli",
  "tenancy",
  "verify-fails",
  "flows",
];

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7";

const steps: readonly Step[] = [
  { name: "types, lint, format, generated files", command: npm("check"), minutes: 5 },
  { name: "workflows: lint", command: ["go", "run", ACTIONLINT], minutes: 5 },
  tests("tests", "test", 8),
  tests("the package, installed elsewhere", "test:package", 10),
  { name: "render of every stack", command: npm("render"), minutes: 1 },
  { name: "lab: programs built", command: npm("lab", "up", "--programs-only"), minutes: 60 },
  // Before the lab is up, which takes half of the machine.
  tests("tests with real programs", "test:programs", 25),
  { name: "lab: hub and three edges, verified", command: npm("lab"), minutes: 25 },
  { name: "lab: scenarios", command: npm("lab", "scenario", "--as-is", ...scenarios), minutes: 30 },
  { name: "lab: nothing left behind", command: npm("lab", "down"), minutes: 3 },
];

function npm(script: string, ...args: string[]): string[] {
  return ["npm", "run", "--silent", script, ...(args.length > 0 ? ["--", ...args] : [])];
}

function tests(name: string, script: string, minutes: number): Step {
  const report = join(reports, `${script.replace(":", "-")}.json`);
  return {
    name,
    command: npm(script, "--reporter=default", "--reporter=./.ci/report.ts"),
    minutes,
    report,
  };
}

let passed = 0;
/** What failed, said once more at the end, where it is found first. */
const failures: string[] = [];
/** Somebody stops all of it: only the last step, which leaves nothing behind, still runs. */
let stopped = false;
let endStep = (): void => undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    stopped = true;
    endStep();
  });

void main();

async function main(): Promise<void> {
  for (const step of steps) {
    if (stopped && step !== steps.at(-1)) continue;
    console.log(`\n=== ${step.name}: ${step.command.join(" ")}`);
    const started = Date.now();
    const failure = await run(step);
    const seconds = Math.round((Date.now() - started) / 1000);
    const outcome = failure === undefined ? "passed" : `FAILED (${failure})`;
    console.log(`=== ${step.name}: ${outcome} after ${seconds} s`);
    count(step, failure === undefined);
  }
  if (stopped) failures.push("stopped before the end");
  if (failures.length > 0)
    console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join("\n")}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/**
 * Gives why it failed. Each step is a group of processes, of which none is left when its time is
 * up: it would slow down the steps after it.
 */
async function run({ command, minutes, report }: Step): Promise<string | undefined> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...(report && { [REPORT_FILE]: report }) },
  });
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // All of them have ended.
    }
  };
  endStep = () => end("SIGTERM");
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end("SIGKILL");
  }, minutes * 60_000);
  const failure = await new Promise<string | undefined>((done) => {
    child.on("error", ({ message }) => done(message));
    child.on("exit", (code, signal) =>
      done(code === 0 ? undefined : late ? `not done in ${minutes} min` : `exit ${code ?? signal}`),
    );
  });
  clearTimeout(timer);
  return failure;
}

function count({ name, report }: Step, ok: boolean): void {
  if (!report || !existsSync(report)) {
    if (ok) passed += 1;
    else failures.push(name);
    return;
  }
  const told = JSON.parse(readFileSync(report, "utf8")) as Report;
  passed += told.passed;
  const failed = told.failures.map((failure) => `${name}: ${shortened(failure)}`);
  failures.push(...(ok || failed.length > 0 ? failed : [name]));
}

function shortened(text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  return lines
    .slice(0, 30)
    .map((line) => line.slice(0, 300))
    .join("\n    ");
}
