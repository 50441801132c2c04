import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { installPlugins } from "../../lab/plugins/index";
import { fileBackend } from "../../src/cli/engine/file-backend";
import { pulumiFolder } from "../programs/support/pulumi";
import { fromYaml } from "../../components/kit/yaml";

/** The stacks whose states are kept: the hub, and the edge that has everything an edge can have. */
export const STACKS = ["ops", "prd"] as const;

/** A resource of a state; of a Kubernetes object without outputs, they are its inputs. */
interface RecordedResource {
  readonly inputs?: object;
  readonly outputs?: object;
}

interface Salted {
  readonly encryptionsalt: string;
}

/**
 * A checkout of the repository with stack files of its own, a backend of files, and plugins that
 * need no cluster.
 */
export class Engine {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async start(checkout: string, stackFiles: string): Promise<Engine> {
    const folder = mkdtempSync(join(tmpdir(), "heliograph-recorded-"));
    const [bin, backend, project] = ["bin", "backend", "project"].map((name) => join(folder, name));
    for (const each of [bin, backend, project]) mkdirSync(each!);
    await installPlugins(bin!, { officialOnPath: [], pulumiHome: join(folder, "home") });
    const outfile = join(bin!, "plugins", "pulumi-resource-kubernetes.cjs");
    const options = {
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      logLevel: "error",
    } as const;
    await build({
      ...options,
      entryPoints: [resolve(__dirname, "plugin.ts")],
      outfile,
      keepNames: true,
    });

    const isStackFile = (name: string) => /^Pulumi\.[^.]+\.yaml$/.test(name);
    const linked = readdirSync(checkout).filter((name) => !isStackFile(name) && name !== ".git");
    for (const name of linked) symlinkSync(join(checkout, name), join(project!, name));
    for (const name of readdirSync(stackFiles).filter(isStackFile))
      cpSync(join(stackFiles, name), join(project!, name));
    return new Engine(folder, {
      ...process.env,
      PATH: [bin, pulumiFolder(), process.env["PATH"]].join(delimiter),
      // No cluster.
      KUBECONFIG: join(folder, "none"),
      HELIOGRAPH_PROJECT: project,
      PULUMI_BACKEND_URL: fileBackend(backend!),
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "recorded",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    });
  }

  get project(): string {
    return join(this.folder, "project");
  }

  /** A command of the project: `up`, `preview`. */
  npmRun(checkout: string, ...args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", ...args],
      {
        cwd: checkout,
        env: this.environment,
        encoding: "utf8",
        timeout: 300_000,
      },
    );
    return { code: status, output: stdout + stderr };
  }

  /**
   * Makes a stack with a recorded state. Its certificates are as good as new: a test must not
   * depend on the day on which it runs.
   */
  restore(stack: string, recorded: string): void {
    const validityEndTime = new Date(Date.now() + 365 * 86_400_000).toISOString();
    const resources = (JSON.parse(readFileSync(recorded, "utf8")) as RecordedResource[]).map(
      (resource) => {
        const outputs = resource.outputs ?? resource.inputs;
        return {
          ...resource,
          outputs:
            outputs && "validityEndTime" in outputs ? { ...outputs, validityEndTime } : outputs,
        };
      },
    );
    this.pulumi(stack, "stack", "init");
    const { encryptionsalt: salt } = fromYaml(
      readFileSync(join(this.project, `Pulumi.${stack}.yaml`), "utf8"),
    ) as Salted;
    const secrets_providers = { type: "passphrase", state: { salt } };
    const file = join(this.folder, `${stack}.json`);
    writeFileSync(
      file,
      JSON.stringify({ version: 3, deployment: { manifest: {}, secrets_providers, resources } }),
    );
    this.pulumi(stack, "stack", "import", "--file", file);
  }

  /** The plain CLI; throws with what it said. */
  pulumi(stack: string, ...args: string[]): string {
    const { code, output } = this.attempt(stack, ...args);
    if (code !== 0) throw new Error(output);
    return output;
  }

  attempt(stack: string, ...args: string[]): { code: number | null; output: string } {
    const { status, stdout, stderr } = spawnSync(
      "pulumi",
      [...args, "--stack", stack, "--non-interactive"],
      {
        cwd: this.project,
        env: this.environment,
        encoding: "utf8",
        timeout: 180_000,
        maxBuffer: 64 << 20,
      },
    );
    return { code: status, output: status === 0 ? stdout : stdout + stderr };
  }

  stop(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
