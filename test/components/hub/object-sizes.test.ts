/**
 * Proves: each object of a hub with 500 tenants has less than 900 kB, with everything that grows
 * with tenants: limits, ways in, data sources, organisations, rules, SLOs, log alerts, receivers
 * and routes; and nothing is lost where it is in several objects. Does not prove: that programs
 * read all of these files: the tests of each with its real program do.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../../components/contract/names";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { HubObservability } from "../../../components/hub/hub-observability";
import { inParts, partName } from "../../../components/kit/parts";
import { authority } from "../../programs/support/certificates";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { connection, hubArgs } from "./hub";

/** An API server takes 1 MiB: at this somebody has to look, before nothing is deployed any more. */
const LIMIT = 900_000;
const TENANTS = 500;

let pem = "";
beforeAll(async () => {
  pem = (await (await authority("edges")).issue("CN=tenant")).cert;
});

/** Tenants, each with an edge, an organisation, a receiver, a route, an SLO and log alerts. */
function large(count: number): Partial<HubObservabilityArgs> {
  const names = Array.from({ length: count }, (_, index) => `customer-${1000 + index}`);
  const each = <T>(make: (name: string) => T) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  const { edges } = hubArgs();
  const bucket = { bucket: connection };
  return {
    cells: {
      main: { metrics: bucket, logs: { ...bucket, schemaFrom: "2026-01-31" }, traces: bucket },
    },
    tenants: each(() => ({ retentionDays: 90, logAlerts: {} })),
    edges: each((tenant) => ({ ...edges["dev"]!, tenant })),
    certificates: each(() => pem),
    slos: each((tenant) => ({
      tenant,
      objective: 99.9,
      good: 'sum(rate(http_requests_total{app="checkout",code!~"5.."}[$window]))',
      total: 'sum(rate(http_requests_total{app="checkout"}[$window]))',
      team: "checkout",
    })),
    alerting: {
      receivers: {
        ...each(() => ({
          slack: { channel: "#alerts", url: "https://hooks.slack.com/services/T0/B0/secret" },
          email: {
            to: ["on-call@example.com"],
            from: "alerts@example.com",
            smarthost: "smtp.example.com:587",
          },
        })),
        operators: { slack: { channel: "#all", url: "https://hooks.slack.com/services/T0/B0/x" } },
      },
      routes: [
        ...names.map((tenant) => ({ tenants: [tenant], receiver: tenant })),
        { receiver: "operators" },
      ],
    },
    grafana: {
      host: "grafana.ops.example.com",
      exposure: "LoadBalancer",
      tlsSecret: "grafana-tls",
      oidc: {
        clientId: "grafana",
        clientSecret: "client-secret-1",
        authUrl: "https://login.example.com/authorize",
        tokenUrl: "https://login.example.com/token",
        userInfoUrl: "https://login.example.com/userinfo",
        admins: ["platform-admins"],
      },
      organisations: each((tenant) => ({ tenants: [tenant], viewers: [tenant] })),
    },
  };
}

interface Sized {
  readonly name: string;
  readonly bytes: number;
  /** The key that most of it is in, where it has keys. */
  readonly key: string;
}

async function objectsOf(args: Partial<HubObservabilityArgs>): Promise<Recorded[]> {
  const recorded = recordResources();
  new HubObservability("hub", hubArgs(args));
  await settled();
  return recorded.filter(({ type }) => type.startsWith("kubernetes:"));
}

/** The largest first. */
function sizes(objects: readonly Recorded[]): Sized[] {
  return objects
    .map(({ name, inputs }) => {
      const data = { ...Object(inputs["data"]), ...Object(inputs["stringData"]) };
      const [key = ""] = Object.keys(data).sort((a, b) => sizeOf(data[b]) - sizeOf(data[a]));
      return { name: `${String(inputs["kind"])} ${name}`, bytes: sizeOf(inputs), key };
    })
    .sort((a, b) => b.bytes - a.bytes);
}

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** Keys of the ConfigMaps whose names start so. */
function keysOf(objects: readonly Recorded[], name: string): string[] {
  return objects
    .filter((object) => object.name === name || object.name.startsWith(`${name}-`))
    .flatMap(({ inputs }) => Object.keys(Object(inputs["data"])))
    .sort();
}

describe("the objects of a hub", () => {
  it("have less than 900 kB each, with 500 tenants", async () => {
    const objects = await objectsOf(large(TENANTS));
    const found = sizes(objects);
    const rows = found
      .slice(0, 5)
      .map(({ name, bytes, key }) => `${String(bytes).padStart(7)} bytes: ${name}, ${key}`);
    console.info(
      `the largest of ${found.length} objects with ${TENANTS} tenants\n${rows.join("\n")}`,
    );
    expect(found.filter(({ bytes }) => bytes >= LIMIT)).toEqual([]);

    const rules = keysOf(objects, "hub-loki-main-rules");
    expect(rules).toEqual(Object.keys(large(TENANTS).tenants ?? {}).map((id) => `${id}.yaml`));
    const sources = keysOf(objects, "hub-grafana-datasources");
    expect(new Set(sources).size).toBe(sources.length);
    expect(sources.filter((file) => file.startsWith("organisation."))).toHaveLength(TENANTS);
    const own = keysOf(objects, "hub-mimir-main-rules").filter((file) => /^tenant-/.test(file));
    // The hub's own has those that operators bring.
    expect(own).toEqual([...rules, `${HUB_TENANT}.yaml`].map((file) => `tenant-${file}`));
  }, 300_000);

  it("are one of a kind where one is enough, so that small hubs have none more", async () => {
    const names = (await objectsOf(large(3))).map(({ name }) => name);
    expect(names).toContain("hub-grafana-datasources");
    expect(names).toContain("hub-loki-main-rules");
    expect(names).toContain("hub-mimir-main-rules");
    expect(names.filter((name) => /-2$/.test(name))).toEqual([]);
  });
});

describe("parts", () => {
  const sizesOf = (count: number, bytes: number) => Array.from({ length: count }, () => bytes);
  const parts = (all: readonly number[]) =>
    inParts(all, (bytes) => bytes).map((part) => part.length);

  it("are as few as hold everything, in order", () => {
    expect(parts([])).toEqual([0]);
    expect(parts(sizesOf(4, 50_000))).toEqual([4]);
    expect(parts(sizesOf(5, 50_000))).toEqual([4, 1]);
    expect(inParts([1, 2, 3], () => 150_000)).toEqual([[1], [2], [3]]);
  });

  it("hold what is larger than a part by itself", () => {
    expect(parts([10, 300_000, 10, 10])).toEqual([1, 1, 2]);
  });

  it("have names of which the first has no number", () => {
    expect([partName("rules", 0), partName("rules", 1)]).toEqual(["rules", "rules-2"]);
  });
});
