import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../../components/kit/yaml";
import type { Labels } from "../../../components/alertmanager/matchers";
import type { AlertmanagerConfig } from "../../../components/alertmanager/upstream";
import { type Endpoint, request } from "../../../src/cli/cluster/http";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

/** A group of alerts as Alertmanager answers it, of one route. */
export interface AlertGroup {
  readonly receiver: { readonly name: string };
  readonly labels: Labels;
  readonly alerts: readonly RunningAlert[];
}

interface RunningAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly status: {
    readonly state: "unprocessed" | "active" | "suppressed";
    /** Fingerprints of alerts. */
    readonly inhibitedBy: readonly string[];
    /** Names of time intervals. */
    readonly mutedBy: readonly string[];
    readonly silencedBy: readonly string[];
  };
}

/** A real Alertmanager, alone. */
export class RunningAlertmanager {
  private readonly folder = mkdtempSync(join(tmpdir(), "heliograph-alertmanager-"));
  private process?: RunningProgram;
  port = 0;

  async start(config: AlertmanagerConfig): Promise<void> {
    this.write(config);
    [this.port = 0] = await freePorts(1);
    const process = run(program("alertmanager", "alertmanager"), [
      `--config.file=${join(this.folder, "alertmanager.yaml")}`,
      `--storage.path=${join(this.folder, "data")}`,
      `--web.listen-address=127.0.0.1:${this.port}`,
      // No other one to speak to.
      "--cluster.listen-address=",
    ]);
    this.process = process;
    await untilReady("Alertmanager", process, async () => {
      const { status } = await request({ port: this.port, path: "/-/ready" });
      return status === 200 || undefined;
    });
  }

  async reload(config: AlertmanagerConfig): Promise<void> {
    this.write(config);
    await this.ask("POST", "/-/reload");
  }

  async post(alerts: readonly Labels[]): Promise<void> {
    await this.ask(
      "POST",
      "/api/v2/alerts",
      alerts.map((labels) => ({ labels })),
    );
  }

  /** How the commands reach it. */
  get endpoint(): Endpoint {
    return { port: this.port };
  }

  async groups(): Promise<AlertGroup[]> {
    return JSON.parse(await this.ask("GET", "/api/v2/alerts/groups")) as AlertGroup[];
  }

  async stop(): Promise<void> {
    await this.process?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(config: AlertmanagerConfig): void {
    writeFileSync(join(this.folder, "alertmanager.yaml"), toYaml(config));
  }

  private async ask(method: "GET" | "POST", path: string, json?: object): Promise<string> {
    const { status, body } = await request({
      port: this.port,
      path,
      method,
      ...(json && {
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify(json)),
      }),
    });
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${body}`);
    return body;
  }
}
