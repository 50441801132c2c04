import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bufferOf } from "../../../components/edge/metrics/buffer";
import {
  AGENT_PATHS,
  agentConfigFile,
  CONFIG_FILE,
  runningConfigHash,
  type PrometheusAgentConfig,
  PROMETHEUS_AGENT_PORT,
  agentArgs,
} from "../../../components/edge/metrics/config";
import { resolveSources } from "../../../components/edge/metrics/sources/registry";
import { IDENTITY_FILES } from "../../../components/contract/cluster-names";
import type { Credentials } from "./certificates";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Sources of an edge of which a test plays one. */
export const KUBE_STATE_METRICS_ALONE = resolveSources({
  kubelet: { enabled: false },
  cadvisor: { enabled: false },
  apiServer: { enabled: false },
  nodeExporter: { enabled: false },
  annotated: { enabled: false },
});

/** A folder that stands for the agent's pod: what is mounted there, at other paths. */
export class PodFolder {
  private readonly root = mkdtempSync(join(tmpdir(), "heliograph-agent-"));
  private versions = 0;

  constructor() {
    mkdirSync(join(this.root, "buffer"));
    this.mount("service-account", { token: "token", "ca.crt": "" });
  }

  /** The text with the pod's paths replaced by those of this folder. */
  here(text: string): string {
    return text
      .replaceAll(AGENT_PATHS.identity, join(this.root, "identity"))
      .replaceAll(SERVICE_ACCOUNT, join(this.root, "service-account"))
      .replaceAll(`=${AGENT_PATHS.config}/`, `=${join(this.root, "config")}/`)
      .replaceAll(`=${AGENT_PATHS.buffer}`, `=${join(this.root, "buffer")}`);
  }

  identity({ cert, key }: Credentials, trust: string): void {
    const { certificate, privateKey, trustBundle } = IDENTITY_FILES;
    this.mount("identity", { [certificate]: cert, [privateKey]: key, [trustBundle]: trust });
  }

  /** Gives the path of the file. */
  config(text: string): string {
    return join(this.mount("config", { [CONFIG_FILE]: this.here(text) }), CONFIG_FILE);
  }

  /** As kubelet does it: the files are links through one link, which is exchanged in one step. */
  mount(name: string, files: Record<string, string>): string {
    const folder = join(this.root, name);
    const version = `..version-${++this.versions}`;
    mkdirSync(join(folder, version), { recursive: true });
    const first = this.versions;
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(folder, version, file), content);
    symlinkSync(version, join(folder, `..data-${first}`));
    renameSync(join(folder, `..data-${first}`), join(folder, "..data"));
    for (const file of Object.keys(files)) {
      rmSync(join(folder, file), { force: true });
      symlinkSync(join("..data", file), join(folder, file));
    }
    return folder;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/**
 * The real Prometheus with our arguments and configuration, in a folder that stands for its pod.
 */
export class RunningAgent {
  private constructor(
    readonly pod: PodFolder,
    private readonly port: number,
    private readonly prometheus: RunningProgram,
  ) {}

  static async start(pod: PodFolder, config: PrometheusAgentConfig): Promise<RunningAgent> {
    const [port = 0] = await freePorts(1);
    const buffer = bufferOf({ outageSeconds: 3600, activeSeries: 1000, scrapeIntervalSeconds: 1 });
    const args = agentArgs(buffer)
      .map((argument) => pod.here(argument))
      .map((argument) => argument.replace(`:${PROMETHEUS_AGENT_PORT}`, `127.0.0.1:${port}`))
      // Reloads soon, for a test's sake.
      .map((argument) => argument.replace(/^(--config.auto-reload-interval)=.*/, "$1=1s"));
    pod.config(agentConfigFile(config).text);
    const prometheus = run(program("prometheus", "prometheus"), args);
    const agent = new RunningAgent(pod, port, prometheus);
    await untilReady("the agent", prometheus, () => agent.runningHash());
    return agent;
  }

  /** Gives the hash that should be running soon. */
  configure(config: PrometheusAgentConfig): string {
    const { text, hash } = agentConfigFile(config);
    this.pod.config(text);
    return hash;
  }

  async runningHash(): Promise<string | undefined> {
    const { data } = (await this.get("/api/v1/status/config")) as { data: { yaml: string } };
    return runningConfigHash(data.yaml);
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(`http://127.0.0.1:${this.port}${path}`)).json();
  }

  output(): string {
    return this.prometheus.output();
  }

  async stop(): Promise<void> {
    await this.prometheus.stop();
    this.pod.remove();
  }
}
