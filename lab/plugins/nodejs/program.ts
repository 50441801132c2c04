/**
 * Starts a Pulumi program as the official language host does: @pulumi/pulumi/cmd/run, found from
 * the program.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface ProgramRun {
  monitorAddress: string;
  engineAddress: string;
  organization: string;
  project: string;
  stack: string;
  rootDirectory: string;
  programDirectory: string;
  entryPoint: string;
  dryRun: boolean;
  parallel: number;
  arguments: string[];
  config: Record<string, string>;
  configSecretKeys: string[];
  options: RuntimeOptions;
}

/** `runtime.options` of Pulumi.yaml. */
export interface RuntimeOptions {
  typescript?: boolean;
  tsconfig?: string;
  nodeargs?: string;
}

/**
 * Error: a message for the person. Bail: the program has told them already. Neither: it went well.
 */
export interface Outcome {
  error: string;
  bail: boolean;
}

/** cmd/run/index.ts: the program failed, and said why. */
const exitCodeAfterMessage = 32;
const graceMs = 5000;

export class Program {
  private readonly child: ChildProcess;

  constructor(run: ProgramRun) {
    const parts = [
      ...nodeArguments(run.options),
      locateRunner(run.programDirectory),
      ...programArguments(run),
    ];
    this.child = spawn(process.execPath, parts, {
      env: { ...process.env, ...environment(run) },
      stdio: ["ignore", "inherit", "inherit"],
    });
  }

  async end(): Promise<Outcome> {
    return new Promise((resolve) => {
      this.child.on("error", ({ message }) =>
        resolve({ error: `Node.js could not be started: ${message}`, bail: false }),
      );
      this.child.on("exit", (code, signal) => {
        if (code === 0) resolve({ error: "", bail: false });
        else if (code === exitCodeAfterMessage) resolve({ error: "", bail: true });
        else if (signal) resolve({ error: `Program was ended by ${signal}`, bail: false });
        else resolve({ error: `Program exited with non-zero exit code: ${code}`, bail: false });
      });
    });
  }

  /** Asks the program to end, and ends it if it does not. */
  cancel(): void {
    this.child.kill("SIGINT");
    setTimeout(() => this.child.kill("SIGKILL"), graceMs).unref();
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(realpathSync(programDirectory), "program")).resolve(
      "@pulumi/pulumi/cmd/run",
    );
  } catch {
    throw new Error(
      `@pulumi/pulumi is not installed for the program in ${programDirectory}. Run npm ci.`,
    );
  }
}

function nodeArguments({ nodeargs = "" }: RuntimeOptions): string[] {
  if (/["'\\]/.test(nodeargs)) {
    throw new Error(
      "This stand-in for pulumi-language-nodejs does not support quotes in the option nodeargs.",
    );
  }
  return nodeargs.split(/\s+/).filter(Boolean);
}

export function programArguments(run: ProgramRun): string[] {
  const flags: [string, string][] = [
    ["monitor", run.monitorAddress],
    ["engine", run.engineAddress],
    ["organization", run.organization],
    ["project", run.project],
    ["root-directory", run.rootDirectory],
    ["stack", run.stack],
    ["pwd", run.programDirectory],
    ["parallel", String(run.parallel)],
  ];
  const given = flags
    .filter(([, value]) => value !== "")
    .flatMap(([name, value]) => [`--${name}`, value]);
  return [...given, ...(run.dryRun ? ["--dry-run"] : []), run.entryPoint, ...run.arguments];
}

export function environment({
  config,
  configSecretKeys,
  options,
}: ProgramRun): Record<string, string> {
  const { typescript = true, tsconfig = "" } = options;
  return {
    PULUMI_CONFIG: JSON.stringify(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [longKey(key), value])),
    ),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configSecretKeys),
    ...(typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/**
 * `heliograph:hub` as `heliograph:config:hub`, the form in which programs are given their
 * configuration.
 */
function longKey(key: string): string {
  const [namespace, ...name] = key.split(":");
  return name.length === 1 ? `${namespace}:config:${name[0]}` : key;
}
