import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type RunResult, tryRun } from "../host/run.js";
import { programEnvironment, repository, statePaths } from "../state.js";

/** The environment of the lab, with its programs first on the PATH. */
export function labEnvironment(): Record<string, string> {
  return { ...programEnvironment(), PATH: `${statePaths().bin}${delimiter}${process.env.PATH}` };
}

const typescript = pathToFileURL(join(repository, "src", "typescript.mjs")).href;
const main = ["--import", typescript, join(repository, "src", "cli", "main.ts")];

/**
 * Runs one of the project's own commands (up, preview, verify, ...) on the lab, and keeps what it
 * says.
 */
export function captureProgram(args: string[], signal?: AbortSignal): Promise<RunResult> {
  const colours: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  return tryRun(process.execPath, [...main, ...args], {
    cwd: repository,
    env: { ...labEnvironment(), ...colours },
    signal,
  });
}

/**
 * Runs one of the project's own commands on the lab, on this terminal; returns its exit code. When
 * the lab is to end, the command is asked to, and may bring what is under way to its end.
 */
export async function runProgram(args: string[], signal?: AbortSignal): Promise<number> {
  const env = { ...process.env, ...labEnvironment() };
  const child = spawn(process.execPath, [...main, ...args], {
    cwd: repository,
    env,
    stdio: "inherit",
  });
  const interrupt = () => child.kill("SIGINT");
  signal?.addEventListener("abort", interrupt);
  const [code] = (await once(child, "close")) as [number | null];
  signal?.removeEventListener("abort", interrupt);
  signal?.throwIfAborted();
  return code ?? 1;
}
