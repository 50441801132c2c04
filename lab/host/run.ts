import { spawn } from "node:child_process";
import { LabError } from "./errors.js";

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Written to the program's standard input. */
  input?: string;
  signal?: AbortSignal;
}

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export function tryRun(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      signal: options.signal,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, stdout, stderr: signal ? `${stderr}ended by ${signal}` : stderr }),
    );
    // A program that ends without reading its input is judged by its exit code, not by the broken
    // pipe.
    child.stdin.on("error", () => undefined).end(options.input ?? "");
  });
}

/** Runs a program that must succeed, and returns what it printed. */
export async function run(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<string> {
  const result = await tryRun(command, args, options);
  if (result.code === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-15).join("\n");
  throw new LabError(
    `${[command, ...args].join(" ")}\nended with exit code ${result.code}:\n${said}`,
  );
}
