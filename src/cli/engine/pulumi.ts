import { spawn, type ChildProcess } from "node:child_process";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { EXIT, Failure } from "../ui/failure";
import { STARTED_BY } from "./locks";

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A command of the Pulumi CLI that failed, with what it printed. */
export class PulumiFailure extends Error {
  constructor(
    readonly args: readonly string[],
    readonly output: Output,
  ) {
    const said = withoutWarnings(output.stderr) || output.stdout.trim();
    super(said || `pulumi ${args.join(" ")}: exit code ${output.code}`);
    this.name = "PulumiFailure";
  }
}

/** Warnings precede the error that made the command fail. */
function withoutWarnings(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => !line.startsWith("warning: "));
  return lines.join("\n").trim();
}

type Environment = Readonly<Record<string, string | undefined>>;
type Listener = (text: string) => void;

/** The installed Pulumi CLI, and every process of it that we started. */
export class Pulumi {
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  private constructor(readonly command: PulumiCommand) {
    // No engine keeps running once this process ends.
    process.once("exit", () => this.signal("SIGINT"));
  }

  static async find(): Promise<Pulumi> {
    const command = await PulumiCommand.get().catch((error: Error) => {
      if (!error.message.includes("ENOENT")) throw error;
      throw new Failure(
        "The Pulumi CLI is not on the PATH.",
        "How to install it: https://www.pulumi.com/docs/install/",
      );
    });
    const pulumi = new Pulumi(command);
    // The Automation API starts the CLI in our own process group. There, a Ctrl-C reaches the
    // engine twice, from the terminal and from us, and the second one cancels its steps. In a
    // process group of its own it gets only what `signal` sends.
    Object.assign(command, { run: pulumi.run.bind(pulumi) });
    return pulumi;
  }

  /** Has the signature of the Automation API's own `run`. */
  async run(
    args: string[],
    cwd: string,
    env: Environment,
    onOutput?: Listener,
    onError?: Listener,
  ): Promise<Output> {
    if (this.stopped) throw new Failure("Interrupted.", undefined, EXIT.interrupted);
    const child = spawn(this.command.command, [...args, "--non-interactive"], {
      cwd,
      env: withOnePassphrase({
        ...process.env,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // It would override `cwd`.
        PULUMI_OPTION_CWD: undefined,
        [STARTED_BY]: String(process.pid),
        ...env,
      }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.running.add(child);
    try {
      const output = await outputOf(child, onOutput, onError);
      if (output.code !== 0) throw new PulumiFailure(args, output);
      return output;
    } finally {
      this.running.delete(child);
    }
  }

  /**
   * Signals every running CLI. After one SIGINT the engine finishes its running steps. After a
   * second one it cancels them, and they stay pending in its state. No CLI can be started
   * afterwards.
   */
  signal(signal: "SIGINT" | "SIGKILL"): void {
    this.stopped = true;
    for (const child of this.running) child.kill(signal);
  }
}

/** Pulumi prefers a passphrase in the environment to a passphrase file. Here the file wins. */
function withOnePassphrase({
  PULUMI_CONFIG_PASSPHRASE: passphrase,
  ...env
}: Environment): Environment {
  const keep = passphrase !== undefined && env["PULUMI_CONFIG_PASSPHRASE_FILE"] === undefined;
  return keep ? { ...env, PULUMI_CONFIG_PASSPHRASE: passphrase } : env;
}

function outputOf(child: ChildProcess, onOutput?: Listener, onError?: Listener): Promise<Output> {
  return new Promise((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onError?.(text);
    });
    child.once("error", reject);
    child.once("close", (code, signal) =>
      resolve({ stdout, stderr, code: code ?? (signal ? 128 : 1) }),
    );
  });
}
