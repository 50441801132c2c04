import { createServer as createHttp, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { uncompressSync } from "snappy";
import {
  type HubContract,
  type HubContractEdge,
  WRITE_PATHS,
} from "../../../components/contract/hub";
import type { ClusterView } from "../../../src/cli/cluster/cluster";
import { datasourcesConfigMap } from "../../../components/hub/grafana/running-config";
import { backendOf } from "../../../components/backends/registry";
import type { MetricsReader, Sample } from "../../../components/backends/requests";
import type { Signal } from "../../../components/contract/names";
import { askAt } from "../../../src/cli/cluster/ask";
import type { Endpoint } from "../../../src/cli/cluster/http";
import { edgeView, type EdgeView } from "../../../src/cli/commands/verify/edge";
import { hubView, type HubView } from "../../../src/cli/commands/verify/hub";
import { authority, type Authority, type Credentials } from "../../programs/support/certificates";

export const SERVER_NAME = "localhost";

export function entryOf(tenant: string, more: Partial<HubContractEdge> = {}): HubContractEdge {
  const facts = {
    tenant,
    cell: "main",
    environment: tenant,
    region: "lab",
    clusterType: "workload",
    keyGeneration: 1,
  };
  return {
    state: "signed",
    signals: ["metrics"],
    logBytesPerSecond: 100_000,
    spansPerSecond: 200,
    certificate: "",
    outageSeconds: 3600,
    activeSeries: 1000,
    ...facts,
    ...more,
  } as HubContractEdge;
}

export function contractOf(edges: HubContract["edges"], trust = "none"): HubContract {
  const gateway = { url: `https://${SERVER_NAME}`, serverName: SERVER_NAME };
  return { contractVersion: 1, gateway, trustBundle: [trust], edges };
}

/** Of a cluster in which these ConfigMaps have the data sources of Grafana. */
export function datasourcesMaps(
  ...maps: readonly Readonly<Record<string, string>>[]
): ClusterView["configMap"] {
  const deployed = Object.fromEntries(
    maps.map((data, part) => [datasourcesConfigMap(part), { data: { ...data } }]),
  );
  return async (_, name) => deployed[name];
}

/** A cluster of which only this is known; whatever else is asked of it fails. */
export function clusterOf(known: Partial<ClusterView> = {}): ClusterView {
  const refuse = () => {
    throw new Error("cluster test: connect ECONNREFUSED");
  };
  const missing = async () => refuse();
  const endpoint = () => ({ connect: refuse });
  return {
    context: "test",
    pods: missing,
    secret: missing,
    configMap: missing,
    service: missing,
    version: missing,
    endpoint,
    ...known,
  };
}

/** Servers of a test; `close` ends them all. */
export class Servers {
  private readonly open: Server[] = [];

  async listen(server: Server): Promise<{ port: number }> {
    this.open.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port };
  }

  /** Answers each path with a text. */
  texts(bodies: Readonly<Record<string, string>>): Promise<{ port: number }> {
    return this.listen(
      createHttp(({ url = "" }, answer) =>
        answer.writeHead(url in bodies ? 200 : 404).end(bodies[url] ?? "not found"),
      ),
    );
  }

  /** Answers queries, tenants as one text (`a|b`). */
  async mimir(
    answer: (promql: string, tenants: string) => readonly Sample[],
  ): Promise<MetricsReader> {
    return backendOf("metrics").reader(askAt(await this.prometheus(answer)));
  }

  prometheus(
    answer: (promql: string, tenants: string) => readonly Sample[],
  ): Promise<{ port: number }> {
    const server = createHttp((request, response) => {
      let form = "";
      request.on("data", (part: Buffer) => (form += part.toString()));
      request.on("end", () => {
        const query = new URLSearchParams(form).get("query") ?? "";
        const samples = answer(query, String(request.headers["x-scope-orgid"]));
        const result = samples.map(({ labels, value }) => ({
          metric: labels,
          value: [0, String(value)],
        }));
        response.end(JSON.stringify({ status: "success", data: { result } }));
      });
    });
    return this.listen(server);
  }

  /** Answers a path, query and tenants as the function does: 404 where it returns nothing. */
  async json(answer: (url: URL, tenants: string) => object | undefined): Promise<{ port: number }> {
    return this.listen(
      createHttp(({ url = "", headers }, response) => {
        const found = answer(new URL(url, "http://localhost"), String(headers["x-scope-orgid"]));
        response.writeHead(found ? 200 : 404).end(JSON.stringify(found));
      }),
    );
  }

  close(): void {
    for (const server of this.open.splice(0)) server.close();
  }
}

/** The hub, with pods of its backends at these endpoints. */
export function answeredBy(
  view: HubView,
  endpoints: Readonly<Partial<Record<Signal, Endpoint>>>,
): HubView {
  const ask = async (_: string, signal: Signal) => {
    const endpoint = endpoints[signal];
    if (!endpoint) throw new Error(`nothing stores ${signal}`);
    return askAt(endpoint);
  };
  return {
    ...view,
    ask,
    metrics: async (cell) => view.backend(cell, "metrics").reader(await ask(cell, "metrics")),
    logs: async (cell) => view.backend(cell, "logs").reader(await ask(cell, "logs")),
    traces: async (cell) => view.backend(cell, "traces").reader(await ask(cell, "traces")),
    pods: async (cell, signal) => [{ pod: `${signal}-0`, ask: await ask(cell, signal) }],
  };
}

export interface GatewayRules {
  /** Whom it takes; the real one: who shows a certificate of the hub's CA. */
  takes?(client: { readonly known: boolean; readonly name: string | undefined }): boolean;
  /** Status for reads. */
  readonly reads?: number;
  /** Tenants that get what a client writes. The real gateway goes by the certificate alone. */
  tenantsFor?(name: string, header: string | undefined): readonly string[];
}

export interface FakeHub {
  readonly hub: HubView;
  readonly authority: Authority;
  edge(name: string): Promise<EdgeView>;
}

/**
 * A gateway and backends that behave as told, and edges with certificates of the hub. Tenants are
 * named like their edges.
 */
export async function fakeHub(
  servers: Servers,
  names: readonly string[],
  rules: GatewayRules = {},
): Promise<FakeHub> {
  const ca = await authority("hub");
  const entries = names.map((name) => [
    name,
    entryOf(name, { signals: ["metrics", "logs", "traces"] }),
  ]);
  const contract = contractOf(Object.fromEntries(entries) as HubContract["edges"], ca.cert);
  const stored: Stored[] = [];
  const idsIn = (tenants: string, ids: readonly string[]) =>
    ids.filter((id) =>
      stored.some(({ tenant, body }) => tenants.split("|").includes(tenant) && body.includes(id)),
    );
  const write = await servers.listen(
    fakeGateway(await ca.issue(`CN=${SERVER_NAME}`), ca.cert, rules, stored),
  );
  const metrics = await servers.prometheus((promql, tenants) => {
    const found = idsIn(tenants, /probe=~"([^"]+)"/.exec(promql)?.[1]?.split("|") ?? []);
    return found.length === 0 ? [] : [{ labels: {}, value: found.length }];
  });
  const logs = await servers.json(({ searchParams }, tenants) => {
    const ids = /probe \(([^)]+)\)/.exec(searchParams.get("query") ?? "")?.[1]?.split("|") ?? [];
    return {
      data: { result: [{ stream: {}, values: idsIn(tenants, ids).map((id) => ["1", id]) }] },
    };
  });
  const traces = await servers.json(({ pathname }, tenants) => {
    const found = idsIn(tenants, [pathname.split("/").at(-1) ?? ""]);
    return found.length === 0
      ? undefined
      : { batches: [{ scopeSpans: [{ spans: [{ name: "a", spanId: "" }] }] }] };
  });
  const hub: HubView = {
    ...answeredBy(hubView("ops", clusterOf(), contract), { metrics, logs, traces }),
    gateways: async () => [{ pod: "gateway-a", write, status: write }],
  };
  return {
    hub,
    authority: ca,
    async edge(name) {
      const { cert, key } = await ca.issue(`O=heliograph, OU=key-1, CN=${name}`);
      const secret = async () => ({ "tls.crt": cert, "tls.key": key });
      const home = { stack: name, context: name, cluster: () => clusterOf({ secret }) };
      return edgeView(name, contract.edges[name] as HubContractEdge, hub, home);
    },
  };
}

interface Stored {
  readonly tenant: string;
  readonly body: string;
}

function fakeGateway(
  own: Credentials,
  trust: string,
  { takes = ({ known }) => known, reads = 405, tenantsFor = (name) => [name] }: GatewayRules,
  stored: Stored[],
): Server {
  return createHttps(
    { ...own, ca: trust, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const name = socket.getPeerCertificate().subject?.CN?.toString();
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        if (request.method !== "POST") return response.writeHead(reads).end("writes only");
        if (!takes({ known: socket.authorized, name }))
          return response.writeHead(503).end("refused");
        const sent = Buffer.concat(parts);
        // Ids of traces are bytes.
        const texts =
          request.url === WRITE_PATHS.metrics
            ? [uncompressSync(sent)]
            : [sent, sent.toString("hex")];
        const body = texts.map((text) => text.toString("latin1")).join(" ");
        const header = request.headers["x-scope-orgid"];
        for (const tenant of tenantsFor(name ?? "", header?.toString()))
          stored.push({ tenant, body });
        return response.writeHead(200).end();
      });
    },
  );
}
