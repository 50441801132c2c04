/**
 * Proves (mocks): what makes the global query, and whom it asks by which name. Does not prove: that
 * Thanos reads it and is answered, which test/programs/global-query.test.ts does.
 */
import { beforeEach, expect, test } from "vitest";
import type { HubObservabilityArgs } from "../../../components/hub/args";
import { flowsOf as hubFlows } from "./flows";
import { HubObservability } from "../../../components/hub/hub-observability";
import { violations, type KubernetesObject } from "../../policy/policies";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { connection, hubArgs } from "./hub";
import { START_UP_HASH_ANNOTATION } from "../../../components/kit/labels";
import { fromYaml } from "../../../components/kit/yaml";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));

const globalQuery = { certificate: "certificate", privateKey: "key" };

async function deploy(
  more: Partial<HubObservabilityArgs> = {},
  query: { certificate?: string } = {},
): Promise<void> {
  const { edges, ...args } = hubArgs({
    ...more,
    globalQuery: { ...globalQuery, ...query },
    grafana: { exposure: "ClusterIP", host: "grafana", adminPassword: "password" } as never,
  });
  const [dev, one, gone] = [edges["dev"]!, edges["one"]!, edges["gone"]!];
  new HubObservability("hub", {
    ...args,
    edges: {
      ...edges,
      dev: { ...dev, query: "query.dev.example.com:10901" },
      one: { ...one, query: "10.0.0.2:30901" },
      gone: { ...gone, query: "10.0.0.3:30901" },
    },
  });
  await settled();
}

interface Inputs {
  data: Record<string, string>;
  spec: {
    type?: string;
    externalName?: string;
    clusterIP?: string;
    template: { metadata: { annotations: Record<string, string> } };
    egress: { ports: { port: number }[] }[];
  };
  endpoints: { addresses: string[] }[];
  metadata: { name: string; labels: Record<string, string> };
}
const find = (name: string, type = "") =>
  resources.find((each) => each.name === name && each.type.endsWith(type))
    ?.inputs as unknown as Inputs;

test("keeps to the policies", async () => {
  await deploy();
  const objects = resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs);
  const found = violations(objects as unknown as KubernetesObject[]);
  // Where no probe comes: it is ready when its sidecar is.
  expect(found.map(({ object, detail }) => `${object} ${detail}`)).toEqual([
    "Deployment heliograph-hub/reader-main nginx: no probe",
  ]);
});

test("asks each edge by a Service of its name, and expects the name of its certificate; cells by their readers", async () => {
  await deploy();
  const tls = {
    cert_file: "/etc/thanos/identity/tls.crt",
    key_file: "/etc/thanos/identity/tls.key",
    ca_file: "/etc/thanos/trust/ca.crt",
  };
  expect(fromYaml(find("hub-global-query-endpoints").data["endpoints.yaml"] ?? "")).toEqual({
    endpoints: [
      {
        address: "edge-dev:10901",
        strict: true,
        client_config: { server_name: "dev.edges.heliograph", tls_config: tls },
      },
      {
        address: "edge-one:30901",
        strict: true,
        client_config: { server_name: "one.edges.heliograph", tls_config: tls },
      },
      { address: "reader-main:10901", strict: true },
    ],
  });
  expect(find("hub-global-query-edge-dev").spec).toMatchObject({
    type: "ExternalName",
    externalName: "query.dev.example.com",
  });
  expect(find("hub-global-query-edge-one").spec).toMatchObject({ clusterIP: "None" });
  const slice = find("hub-global-query-edge-one-address");
  expect(slice.endpoints).toEqual([{ addresses: ["10.0.0.2"] }]);
  expect(slice.metadata.labels["kubernetes.io/service-name"]).toBe("edge-one");
});

test("reads a cell as all of its tenants, and the hub's own", async () => {
  await deploy();
  const config = find("hub-global-query-main-config").data["nginx.conf"];
  expect(config).toContain("proxy_pass http://mimir-main:8080/prometheus/api/v1/;");
  expect(config).toContain('proxy_set_header X-Scope-OrgID "heliograph|dev|shared";');
});

test("asks the query of a cell's own Thanos over all tenants, and may reach it", async () => {
  const { cells } = hubArgs();
  await deploy({
    cells: {
      main: { ...cells["main"]!, metrics: { ...cells["main"]!.metrics, backend: "thanos" } },
    },
  });
  const { endpoints } = fromYaml(
    find("hub-global-query-endpoints").data["endpoints.yaml"] ?? "",
  ) as {
    endpoints: { address: string }[];
  };
  expect(endpoints.map(({ address }) => address).slice(2)).toEqual([
    "thanos-main-all-querier:10901",
  ]);
  expect(find("hub-global-query-main")).toBeUndefined();
  const service = find("hub-thanos-main-all-querier-service").spec as unknown as {
    ports: { port: number }[];
  };
  expect(service.ports.map(({ port }) => port)).toEqual([10_902, 10_901]);
  const flows = hubFlows({
    cells: { main: { metrics: { ...connection, backend: "thanos", microservices: true } } },
    agentNamespace: "heliograph",
    globalQuery: { edges: [] },
  });
  const asked = flows.filter(
    ({ from, why }) => why === "queries" && "pods" in from && from.pods.name === "global-query",
  );
  expect(asked.map(({ to, ports }) => ["pods" in to && to.pods.component, ports])).toEqual([
    ["all-querier", [10_901]],
  ]);
});

test("starts again for other authorities of edges, and for nothing else that it mounts", async () => {
  const startUp = async (clientTrustBundle: string[], certificate = "certificate") => {
    resources = recordResources();
    await deploy({ gateway: { ...hubArgs().gateway, clientTrustBundle } }, { certificate });
    const { template } = find("hub-global-query", ":Deployment").spec;
    return template.metadata.annotations[START_UP_HASH_ANNOTATION];
  };
  const first = await startUp(["one"]);
  expect(first).toBeTruthy();
  expect(await startUp(["one"], "renewed")).toBe(first);
  expect(await startUp(["one", "two"])).not.toBe(first);
});

test("may reach the ports of its edges", async () => {
  await deploy();
  const ports = find("hub-network-global-query").spec.egress.flatMap((rule) =>
    rule.ports.map(({ port }) => port),
  );
  expect(ports).toEqual([53, 53, 10_901, 30_901, 10_901]);
});
