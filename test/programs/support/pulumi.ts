/**
 * A stack of the real Pulumi CLI, with the stand-ins, a file backend and a program that makes
 * whatever `declare` says.
 */
import { execFile, execFileSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { installPlugins } from "../../../lab/plugins/index";
import { fileBackend } from "../../../src/cli/engine/file-backend";

export interface Declaration {
  type: string;
  /**
   * `{ "$secret": value }` is a secret, `{ "$output": "name.property" }` an output of another
   * resource.
   */
  properties: object;
  dependsOn?: string[];
  customTimeouts?: { create?: string; update?: string; delete?: string };
}
export type Declarations = Record<string, Declaration>;

export interface Run {
  ok: boolean;
  output: string;
}
export interface Step {
  op: string;
  name: string;
  /** Property paths with the kind of their change. */
  diff: Record<string, string>;
}

const runTimeoutMs = 180_000;
const repository = resolve(__dirname, "../../..");

/** The folder of the pulumi CLI: HELIOGRAPH_PULUMI_BIN, the lab's cache, or PATH. */
export function pulumiFolder(): string {
  const given = process.env["HELIOGRAPH_PULUMI_BIN"];
  const cache = process.env["HELIOGRAPH_CACHE"] ?? join(homedir(), ".cache", "heliograph");
  const versions = join(cache, "programs", "pulumi");
  const built = existsSync(versions)
    ? readdirSync(versions).map((version) => join(versions, version))
    : [];
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  const found = [...(given ? [given] : built), ...onPath].find((folder) =>
    existsSync(join(folder, "pulumi")),
  );
  if (found) return found;
  throw new Error(
    "No pulumi: let the lab build it (npm run lab), or say where it is with HELIOGRAPH_PULUMI_BIN.",
  );
}

/** Makes what `resources.json` declares; CommonJS, as Pulumi loads programs. */
const declaredProgram = `
import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import { readFileSync } from "node:fs";

const { settings, resources } = JSON.parse(readFileSync("resources.json", "utf8"));
const cluster = new kubernetes.Provider("cluster", { kubeconfig: "", context: "test", ...settings });
const made: Record<string, any> = {};

class Declared extends pulumi.CustomResource {}

function resolve(value: any): any {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== "object" || value === null) return value;
  if ("$secret" in value) return pulumi.secret(resolve(value.$secret));
  if ("$output" in value) {
    const [name, property, ...rest] = value.$output.split(".");
    return rest.reduce((output: any, key: string) => output.apply((v: any) => v?.[key]), made[name][property]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member)]));
}

for (const [name, { type, properties, dependsOn = [], customTimeouts }] of Object.entries<any>(resources)) {
  const options = {
    dependsOn: dependsOn.map((other: string) => made[other]),
    customTimeouts,
    ...(type.startsWith("kubernetes:") ? { provider: cluster } : { version: "5.6.1" }),
  };
  const outputs = ["metadata", "spec", "status", "data", "privateKeyPem", "certPem"];
  const inputs = { ...Object.fromEntries(outputs.map((key) => [key, undefined])), ...resolve(properties) };
  made[name] = new Declared(type, name, inputs, options);
}
`;

export class Stack {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** A new stack of a new project. Without `source`, its program makes what `declare` says. */
  static async create(kubeconfig: string, source = declaredProgram): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), "heliograph-pulumi-"));
    const bin = join(folder, "bin");
    await installPlugins(bin, { officialOnPath: [], pulumiHome: join(folder, "home") });
    await mkdir(join(folder, "state"));
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "Pulumi.yaml"), "name: tryout\nruntime: nodejs\n");
    await writeFile(
      join(folder, "package.json"),
      JSON.stringify({ name: "tryout", main: "index.ts" }),
    );
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: tsOptions }));
    await writeFile(join(folder, "index.ts"), source);
    const stack = new Stack(folder, {
      ...process.env,
      PATH: [bin, pulumiFolder(), process.env["PATH"]].join(delimiter),
      KUBECONFIG: kubeconfig,
      PULUMI_BACKEND_URL: fileBackend(join(folder, "state")),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "passphrase",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    });
    const made = await stack.run(["stack", "init", "test"]);
    if (!made.ok) throw new Error(made.output);
    return stack;
  }

  async declare(resources: Declarations, settings: object = {}): Promise<void> {
    await writeFile(join(this.folder, "resources.json"), JSON.stringify({ settings, resources }));
  }

  /** Runs the CLI; `started` is given the process, for tests that disturb it. */
  run(
    parameters: string[],
    environment: object = {},
    started?: (child: ChildProcess) => void,
  ): Promise<Run> {
    const options = {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      timeout: runTimeoutMs,
      maxBuffer: 64 << 20,
    };
    return new Promise((done) => {
      const finished = (error: unknown, stdout: string, stderr: string) =>
        done({ ok: !error, output: stdout + stderr });
      const child = execFile("pulumi", [...parameters, "--non-interactive"], options, finished);
      started?.(child);
    });
  }

  up(environment: object = {}, started?: (child: ChildProcess) => void): Promise<Run> {
    return this.run(["up", "--yes", "--skip-preview", "--stack", "test"], environment, started);
  }

  destroy(): Promise<Run> {
    return this.run(["destroy", "--yes", "--skip-preview", "--stack", "test"]);
  }

  refresh(): Promise<Run> {
    return this.run(["refresh", "--yes", "--skip-preview", "--stack", "test"]);
  }

  /** The steps of a preview that change something. */
  async preview(environment: object = {}): Promise<Step[]> {
    const { ok, output } = await this.run(["preview", "--json", "--stack", "test"], environment);
    if (!ok) throw new Error(output);
    const { steps } = JSON.parse(
      output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1),
    ) as {
      steps: RawStep[];
    };
    return steps.filter(({ op }) => op !== "same").map(toStep);
  }

  /** The state file as it lies on the disk, secrets encrypted. */
  async state(): Promise<{ text: string; resources: RecordedResource[] }> {
    const text = (await this.run(["stack", "export", "--stack", "test"])).output;
    const { deployment } = JSON.parse(text) as { deployment: { resources?: RecordedResource[] } };
    return { text, resources: deployment.resources ?? [] };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const tsOptions = {
  target: "es2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  esModuleInterop: true,
};

export interface RecordedResource {
  urn: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
}
interface RawStep {
  op: string;
  urn: string;
  detailedDiff?: Record<string, { kind: string }> | null;
}

function toStep({ op, urn, detailedDiff }: RawStep): Step {
  const diff = Object.entries(detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]);
  return {
    op,
    name: urn.split("::").at(-1) ?? "",
    diff: Object.fromEntries(diff) as Record<string, string>,
  };
}

/** kubectl against the API server of a test. */
export class Kubectl {
  constructor(
    private readonly program: string,
    private readonly kubeconfig: string,
  ) {}

  run(...parameters: string[]): string {
    const environment = { ...process.env, KUBECONFIG: this.kubeconfig };
    return execFileSync(this.program, parameters, {
      env: environment,
      encoding: "utf8",
      timeout: 20_000,
      stdio: "pipe",
    });
  }

  get<T = Record<string, never>>(...parameters: string[]): T {
    return JSON.parse(this.run("get", ...parameters, "--output", "json")) as T;
  }

  /** There is no kubelet: says of all pods of a namespace what one would say. */
  setPodStatus(namespace: string, status: object): void {
    const names = this.run("get", "pods", "--namespace", namespace, "--output", "name")
      .split("\n")
      .filter(Boolean);
    const patch = JSON.stringify({ status });
    for (const name of names) {
      try {
        this.run(
          "patch",
          name,
          "--namespace",
          namespace,
          "--subresource",
          "status",
          "--patch",
          patch,
        );
      } catch (error) {
        // Controllers delete pods while we go through the list.
        if (!String((error as { stderr?: string }).stderr).includes("NotFound")) throw error;
      }
    }
  }
}

export const podIsReady = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
};

/** Acts when a program has said something for the first time. */
export function onceItSays(child: ChildProcess, text: string, act: () => void): void {
  let said = "";
  const look = (chunk: Buffer) => {
    said += String(chunk);
    if (!said.includes(text)) return;
    child.stdout?.off("data", look);
    act();
  };
  child.stdout?.on("data", look);
}
