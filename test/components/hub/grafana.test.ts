import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import type { HubGrafanaArgs } from "../../../components/hub/grafana/args";
import { HubObservability } from "../../../components/hub/hub-observability";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { hubArgs } from "./hub";

async function build(
  grafana: HubGrafanaArgs,
  tenants = hubArgs().tenants,
): Promise<readonly Recorded[]> {
  const recorded = recordResources();
  new HubObservability("hub", hubArgs({ grafana, tenants }));
  await settled();
  return recorded.filter(({ name }) => name.includes("grafana"));
}

const oidc = {
  clientId: "grafana",
  clientSecret: "client-secret-1",
  authUrl: "https://login.example.com/authorize",
  tokenUrl: "https://login.example.com:8443/token",
  userInfoUrl: "https://login.example.com:8443/userinfo",
  admins: ["platform-admins"],
};
const highlyAvailable: HubGrafanaArgs = {
  replicas: 2,
  host: "grafana.ops.example.com",
  exposure: "LoadBalancer",
  tlsSecret: "grafana-tls",
  database: { host: "postgres.example.com:6432", password: "database-password-1" },
  oidc,
  organisations: { acme: { tenants: ["dev"], editors: ["acme-engineers"], viewers: ["acme"] } },
};

const kubernetes = (recorded: readonly Recorded[]) =>
  recorded.filter(({ type }) => type.startsWith("kubernetes:"));
const inputs = (recorded: readonly Recorded[], name: string) =>
  kubernetes(recorded).find((resource) => resource.name === name)
    ?.inputs as unknown as KubernetesObject;
const text = (value: unknown) => JSON.stringify(value);

const isDashboard = (name: string) => name.startsWith("hub-grafana-dashboard-");

describe("Grafana", () => {
  it("makes these objects, with frozen names", async () => {
    const lines = (await build({}))
      .filter(({ name }) => !isDashboard(name))
      .map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`);
    expect(lines.sort()).toEqual([
      "apps/v1:Deployment hub-grafana",
      "core/v1:ConfigMap hub-grafana-config",
      "core/v1:ConfigMap hub-grafana-dashboards",
      "core/v1:ConfigMap hub-grafana-datasources",
      "core/v1:PersistentVolumeClaim hub-grafana-data",
      "core/v1:Secret hub-grafana-secrets",
      "core/v1:Service hub-grafana-service",
      "core/v1:ServiceAccount hub-grafana-service-account",
      "heliograph:hub:Grafana hub-grafana",
      "networking.k8s.io/v1:NetworkPolicy hub-network-grafana",
      "tls:index/privateKey:PrivateKey hub-grafana-key",
    ]);
  });

  it("has a ConfigMap for each dashboard, whoever and however many may see it", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`tenant-${index}`, { retentionDays: 30 }]),
    );
    const organisations = Object.fromEntries(
      Object.keys(many).map((tenant) => [tenant, { tenants: [tenant] }]),
    );
    const of = async (...args: Parameters<typeof build>) =>
      (await build(...args)).filter(({ name }) => isDashboard(name));
    const [few, all] = [
      await of({}),
      await of({ organisations }, { ...hubArgs().tenants, ...many }),
    ];
    expect(all).toEqual(few);
    for (const { name, inputs: found } of few) {
      const [[key, json] = ["", ""]] = Object.entries(found["data"] as Record<string, string>);
      const { uid } = JSON.parse(json) as { uid: string };
      expect(name).toBe(`hub-grafana-dashboard-${key.replace(/\.json$/, "")}`);
      expect(uid).toBe(`heliograph-${key.replace(/\.json$/, "")}`);
      expect(Buffer.byteLength(json)).toBeLessThan(200_000);
    }
  });

  it("mounts every dashboard for operators, and for organisations those of everybody", async () => {
    const recorded = await build({});
    const pod = text(inputs(recorded, "hub-grafana"));
    const paths = [...pod.matchAll(/"path":"((?:operators|everyone)[^"]+)"/g)].map(
      ([, path]) => path,
    );
    const names = recorded.flatMap(({ name }) =>
      isDashboard(name) ? [name.replace("hub-grafana-dashboard-", "")] : [],
    );
    const of = (set: string) => paths.filter((path) => path?.startsWith(set));
    expect(of("operators")).toHaveLength(names.length);
    expect(of("everyone")).toContain("everyone/Fleet/clusters.json");
    expect(of("everyone").join()).not.toMatch(/fleet\.json|pipeline|inventory/);
    expect(pod).toContain('"path":"providers/operators.yaml"');
  });

  it.each<[string, HubGrafanaArgs]>([
    ["with a file", {}],
    ["in two pods, reached from outside", highlyAvailable],
    [
      "behind an Ingress",
      { host: "grafana.example.com", exposure: "Ingress", tlsSecret: "tls", ingressClass: "nginx" },
    ],
  ])("keeps to every policy: %s", async (_, grafana) => {
    const objects = kubernetes(await build(grafana)).map(({ type, inputs: found }) => {
      return { ...found, kind: type.split(":").at(-1) } as unknown as KubernetesObject;
    });
    expect(violations(objects)).toEqual([]);
  });

  it("reads this configuration", async () => {
    const config = inputs(await build(highlyAvailable), "hub-grafana-config")["data"] as Record<
      string,
      string
    >;
    await expect(config["grafana.ini"]).toMatchFileSnapshot("../../golden/grafana.ini");
  });

  it("has secrets in its Secret alone, generated where they are not given", async () => {
    const recorded = await build(highlyAvailable);
    for (const given of ["client-secret-1", "database-password-1"])
      expect(
        recorded.filter((each) => text(each.inputs).includes(given)).map(({ name }) => name),
      ).toEqual(["hub-grafana-secrets"]);
    const secrets = inputs(recorded, "hub-grafana-secrets")["stringData"] as Record<string, string>;
    expect(secrets["admin-password"]).toMatch(/^[-_A-Za-z0-9]{32}$/);
    expect(secrets["secret-key"]).toMatch(/^[-_A-Za-z0-9]{32}$/);
    expect(secrets["secret-key"]).not.toBe(secrets["admin-password"]);
    const given = inputs(
      await build({ adminPassword: pulumi.secret("mine") }),
      "hub-grafana-secrets",
    );
    expect(given["stringData"]).toMatchObject({
      "admin-password": "mine",
      "curl.conf": 'user = "admin:mine"\n',
    });
  });

  it("is restarted by another configuration or password, not by another inventory", async () => {
    const hash = async (grafana: HubGrafanaArgs, tenants?: Parameters<typeof build>[1]) =>
      /"heliograph.dev\/start-up-hash":"([^"]+)"/.exec(
        text(inputs(await build(grafana, tenants), "hub-grafana")),
      )?.[1];
    const before = await hash(highlyAvailable);
    const database = { ...highlyAvailable.database!, password: "another" };
    expect(await hash({ ...highlyAvailable, host: "other.example.com" })).not.toBe(before);
    expect(await hash({ ...highlyAvailable, database })).not.toBe(before);
    expect(await hash(highlyAvailable, { ...hubArgs().tenants, more: { retentionDays: 1 } })).toBe(
      before,
    );
  });

  it("reaches Mimir, its database and who logs people in, and nothing else outside", async () => {
    const { spec } = inputs(await build(highlyAvailable), "hub-network-grafana") as unknown as {
      spec: Record<"ingress" | "egress", { ports: { port: number }[] }[]>;
    };
    expect(spec.egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      [53],
      [53],
      [8080],
      [6432, 8443],
      [3000],
    ]);
    expect(spec.ingress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([
      [3000],
      [3000],
      [3000],
    ]);
  });

  it("warns that one organisation keeps nothing apart, unless customers have their own", async () => {
    const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
    await build({});
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
      "In Grafana whoever has a role sees all 2 tenants: folders and teams keep no data apart, organisations do.",
    ]);
    warn.mockClear();
    await build(highlyAvailable);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
