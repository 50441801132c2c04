import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HubAlertingArgs } from "../../../components/hub/alerting-args";
import { RECEIVER_KINDS, type ReceiverKind } from "../../../components/alertmanager/args";
import { alertmanagerFiles, secretFile } from "../../../components/alertmanager/config";
import { alertmanagerFlags } from "../../../components/alertmanager/pod";
import { resolveAlertmanager } from "../../../components/alertmanager/resolve";
import { runningAlertmanagerHash } from "../../../components/alertmanager/running-config";
import { program } from "./programs";
import { freePorts, run, until, untilReady, type RunningProgram } from "./server";

export type Labels = Readonly<Record<string, string>>;

/** What an Alertmanager has sent. */
export interface Notification {
  /** The last part of the address: the receiver. */
  readonly receiver: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface WebhookAlert {
  readonly labels: Labels;
  readonly status: string;
}

/** Whoever is told: an HTTP server that counts. The last part of each path is a receiver's name. */
export class Receivers {
  readonly notifications: Notification[] = [];
  private server!: Server;
  port = 0;

  async start(): Promise<void> {
    this.server = createServer((asked, answer) => {
      let text = "";
      asked.on("data", (chunk: Buffer) => (text += chunk.toString()));
      asked.on("end", () => {
        const receiver = asked.url?.split("?")[0]?.split("/").filter(Boolean)[0] ?? "";
        this.notifications.push({ receiver, body: JSON.parse(text) as Notification["body"] });
        answer.writeHead(200).end("ok");
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Alerts that webhooks were told of, `receiver: alertname` for each, in order. */
  told(status = "firing"): string[] {
    return this.notifications
      .flatMap(({ receiver, body }) =>
        ((body["alerts"] ?? []) as WebhookAlert[])
          .filter((alert) => alert.status === status)
          .map(({ labels }) => `${receiver}: ${labels["alertname"]}`),
      )
      .sort();
  }

  urlOf(receiver: string): string {
    return `http://127.0.0.1:${this.port}/${receiver}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

interface Running {
  readonly process: RunningProgram;
  readonly port: number;
}

/** Real Alertmanagers with the files and flags of the hub's, on this machine. */
export class Alertmanagers {
  readonly folder = mkdtempSync(join(tmpdir(), "heliograph-alertmanager-"));
  readonly config = join(this.folder, "config");
  running: Running[] = [];

  constructor(private readonly receivers: Receivers) {
    mkdirSync(this.config);
    mkdirSync(join(this.folder, "secrets"));
  }

  /** Writes configuration and secrets. Every secret that is an address is that of the receivers. */
  write(alerting: HubAlertingArgs): string {
    const model = resolveAlertmanager(alerting, 1);
    if (!model) throw new Error("there is no receiver");
    const secrets = join(this.folder, "secrets");
    const { files, hash } = alertmanagerFiles(model, { config: this.config, secrets, data: "" });
    for (const receiver of model.receivers)
      for (const kind of RECEIVER_KINDS)
        if (receiver[kind])
          writeFileSync(
            join(secrets, secretFile(receiver.name, kind)),
            `${this.secretOf(receiver.name, kind)}\n`,
          );
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.config, file), text);
    return hash;
  }

  private secretOf(receiver: string, kind: ReceiverKind): string {
    return ["slack", "teams", "webhook"].includes(kind) ? this.receivers.urlOf(receiver) : "secret";
  }

  async start(alerting: HubAlertingArgs, replicas = 1): Promise<void> {
    this.write(alerting);
    const ports = await freePorts(2 * replicas);
    const gossip = ports.slice(replicas).map((port) => `127.0.0.1:${port}`);
    this.running = ports.slice(0, replicas).map((port, index) => {
      const at = gossip[index] ?? "";
      const flags = alertmanagerFlags(replicas, {
        config: this.config,
        data: join(this.folder, `data-${index}`),
        listen: `127.0.0.1:${port}`,
        gossip: at,
        advertise: at,
        peers: gossip,
      });
      // Each waits as long for those before it as pods do: less, and a busy machine tells twice.
      const fast = ["--cluster.settle-timeout=1s"];
      const own = ["--web.external-url=https://alerts.example.com", "--web.route-prefix=/"];
      const process = run(program("alertmanager", "alertmanager"), [...flags, ...fast, ...own]);
      return { process, port };
    });
    await Promise.all(
      this.running.map(({ process, port }) =>
        untilReady("Alertmanager", process, async () =>
          (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok ? true : undefined,
        ),
      ),
    );
    await until("they know each other", async () =>
      (await this.peers()).every((count) => count === (replicas > 1 ? replicas : 0))
        ? true
        : undefined,
    );
  }

  private async status(port: number) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/status`);
    return (await answer.json()) as {
      cluster: { status: string; peers?: unknown[] };
      config: { original: string };
    };
  }

  async peers(): Promise<number[]> {
    const all = await Promise.all(this.running.map(({ port }) => this.status(port)));
    return all.map(({ cluster }) => cluster.peers?.length ?? 0);
  }

  async runningHash(): Promise<string | undefined> {
    const { config } = await this.status(this.running[0]!.port);
    return runningAlertmanagerHash(config.original);
  }

  /** To every one of them, as rulers do. One that is gone is told nothing. */
  async post(alerts: readonly { labels: Labels; annotations?: Labels; endsAt?: string }[]) {
    await Promise.all(
      this.running.map(async ({ port }) => {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(alerts),
        }).catch(() => undefined);
        if (answer && !answer.ok) throw new Error(await answer.text());
      }),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map(({ process }) => process.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
