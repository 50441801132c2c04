import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { request } from "node:https";
import { connect } from "node:tls";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendsOf } from "../../../components/backends/registry";
import {
  gatewayConfig,
  GATEWAY_FILES,
  type GatewayClient,
  type GatewayModel,
  type KnownClient,
} from "../../../components/hub/gateway/config";
import { ingestLocations } from "../../../components/hub/gateway/ingest";
import { authority, type Authority, type Credentials } from "./certificates";
import { program } from "./programs";
import { freePorts, run, until, untilReady, type RunningProgram } from "./server";

/** What the tiny backend saw of a request. */
export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Call {
  readonly credentials?: Credentials;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer;
}

/** The real NGINX with our configuration, in front of a backend that remembers what it was sent. */
export class GatewayFixture {
  readonly received: Received[] = [];
  /** Status with which the backend answers from now on. */
  backendStatus = 200;
  /** Told of every body that the backend takes. */
  onBody: (body: Buffer) => void = () => {};

  private constructor(
    readonly folder: string,
    readonly ports: {
      gateway: number;
      status: number;
      counter: number;
      backend: number;
      grpc: number;
    },
    readonly edges: Authority,
    private backend: Server,
    private nginx: RunningProgram,
  ) {}

  /** `own`: instead of a server certificate and an authority of edges that the fixture makes. */
  static async start(
    clients: readonly GatewayClient[],
    own?: OwnCertificates,
  ): Promise<GatewayFixture> {
    const folder = mkdtempSync(join(tmpdir(), "heliograph-gateway-"));
    for (const name of ["run", "tmp"]) mkdirSync(join(folder, name));
    const [gateway = 0, status = 0, backend = 0, counter = 0, grpc = 0] = await freePorts(5);
    const edges = await authority("edges");
    const server = own?.server ?? (await (await authority("server")).issue("CN=localhost"));
    writeCertificates(folder, { server, clientTrust: own?.clientTrust ?? edges.cert });
    const ports = { gateway, status, counter, backend, grpc };
    const http = createServer();
    writeFileSync(join(folder, GATEWAY_FILES.config), configText(folder, ports, clients));
    const nginx = run(program("nginx", "nginx"), nginxArguments(folder));
    const fixture = new GatewayFixture(folder, ports, edges, http, nginx);
    await fixture.startBackend();
    await untilReady("NGINX", nginx, () => fixture.health());
    return fixture;
  }

  /**
   * Writes a configuration for other clients; gives the hash that should be running once it is
   * loaded.
   */
  write(clients: readonly GatewayClient[], revoked: readonly KnownClient[] = []): string {
    this.replace("config", configText(this.folder, this.ports, clients, revoked));
    return gatewayConfig(model(this.folder, this.ports, clients, revoked), []).hash;
  }

  /** At once, as kubelet does: a reloader never sees a file that is half written. */
  replace(file: keyof typeof GATEWAY_FILES, text: string): void {
    const path = join(this.folder, GATEWAY_FILES[file]);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  }

  /** The same, and loads it as the reloader does. */
  reload(clients: readonly GatewayClient[], revoked: readonly KnownClient[] = []): string {
    const hash = this.write(clients, revoked);
    this.nginx.signal("SIGHUP");
    return hash;
  }

  /** Writes certificates, as they come into the pod; the reloader loads them. */
  certify(certificates: OwnCertificates): void {
    writeCertificates(this.folder, certificates);
  }

  /** A certificate of an authority that is not trusted. */
  async foreignEdge(subject: string): Promise<{ credentials: Credentials; authority: string }> {
    const foreign = await authority("foreign");
    return { credentials: await foreign.issue(subject), authority: foreign.cert };
  }

  /** The hash of the configuration that NGINX says it runs. */
  async health(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.ports.status}/healthz`);
    return ((await response.json()) as { config: string }).config;
  }

  /**
   * Waits until NGINX runs a configuration, and the workers of the one before it take no more
   * connections.
   */
  async hasLoaded(hash: string): Promise<void> {
    let answers = 0;
    await until("the configuration is loaded", async () => {
      answers = (await this.health()) === hash ? answers + 1 : 0;
      return answers > 2 ? true : undefined;
    });
  }

  /** The access log, one object per request. */
  get log(): Record<string, unknown>[] {
    return readFileSync(accessLog(this.folder), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  call({
    credentials,
    method = "POST",
    path = "/api/v1/push",
    headers = {},
    body,
  }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.ports.gateway,
          rejectUnauthorized: false,
          method,
          path,
          headers,
          agent: false,
          ...credentials,
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** Writes raw text over TLS and gives the first line of the answer. */
  raw(text: string, credentials: Credentials): Promise<string> {
    return new Promise((resolve, reject) => {
      const { gateway: port } = this.ports;
      const socket = connect({
        host: "127.0.0.1",
        port,
        rejectUnauthorized: false,
        ...credentials,
      });
      socket.on("secureConnect", () => socket.write(text));
      socket.on("data", (chunk: Buffer) => {
        resolve(chunk.toString().split("\r\n")[0] ?? "");
        socket.destroy();
      });
      socket.on("error", reject);
      socket.on("close", () => resolve("closed without an answer"));
    });
  }

  startBackend(): Promise<void> {
    this.backend = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks);
        this.received.push({
          url: incoming.url ?? "",
          headers: incoming.headers,
          bytes: body.length,
        });
        if (this.backendStatus < 300) this.onBody(body);
        response.writeHead(this.backendStatus);
        response.end(`the backend's own words, status ${this.backendStatus}\n`);
      });
    });
    return new Promise((resolve) =>
      this.backend.listen(this.ports.backend, "127.0.0.1", () => resolve()),
    );
  }

  stopBackend(): Promise<void> {
    this.backend.closeAllConnections();
    return new Promise((resolve) => this.backend.close(() => resolve()));
  }

  async stop(): Promise<void> {
    await this.nginx.stop();
    await this.stopBackend();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

type Ports = GatewayFixture["ports"];

/** What NGINX shows, and whom it trusts (PEM). */
export interface OwnCertificates {
  readonly server: Credentials;
  readonly clientTrust: string;
}

function writeCertificates(folder: string, { server, clientTrust }: OwnCertificates): void {
  writeFileSync(join(folder, GATEWAY_FILES.serverCertificate), server.cert);
  writeFileSync(join(folder, GATEWAY_FILES.serverKey), server.key);
  writeFileSync(join(folder, GATEWAY_FILES.clientTrust), clientTrust);
}

function model(
  folder: string,
  ports: Ports,
  clients: readonly GatewayClient[],
  revoked: readonly KnownClient[],
): GatewayModel {
  const backend = `127.0.0.1:${ports.backend}`;
  const metrics = { backend: "mimir", addresses: { http: backend } };
  return {
    clients,
    revoked,
    cells: {
      main: {
        metrics,
        logs: { backend: "loki", addresses: { http: backend } },
        traces: {
          backend: "tempo",
          addresses: { http: backend, grpc: `127.0.0.1:${ports.grpc}` },
        },
      },
      bare: { metrics },
      ...otherLogs(metrics, backend),
    },
    // Small, so that a test need not send 100 MiB.
    locations: ingestLocations().map((way) => ({ ...way, maxBodyBytes: 4 * 2 ** 20 })),
    ports,
    paths: {
      config: folder,
      run: join(folder, "run"),
      temporary: join(folder, "tmp"),
      accessLog: accessLog(folder),
    },
  };
}

/** A cell for every other backend of logs, named after it. */
function otherLogs(metrics: GatewayModel["cells"][string]["metrics"], address: string) {
  const [, ...others] = backendsOf("logs");
  return Object.fromEntries(
    others.map(({ name }) => [
      name,
      { metrics, logs: { backend: name, addresses: { http: address } } },
    ]),
  );
}

function configText(
  folder: string,
  ports: Ports,
  clients: readonly GatewayClient[],
  revoked: readonly KnownClient[] = [],
): string {
  return gatewayConfig(model(folder, ports, clients, revoked), []).text.replace(
    /^worker_processes.*$/m,
    "worker_processes 1;",
  );
}

const accessLog = (folder: string) => join(folder, "access.log");

function nginxArguments(folder: string): string[] {
  // Where tests run as root, NGINX would give up its rights and then not reach the folder.
  const user = process.getuid?.() === 0 ? " user root;" : "";
  return ["-e", "stderr", "-c", join(folder, GATEWAY_FILES.config), "-g", `daemon off;${user}`];
}
