import { describe, expect, it } from "vitest";
import { PROMETHEUS_AGENT } from "../../../components/contract/cluster-names";
import { backendOf } from "../../../components/backends/registry";
import { roleName, type Role } from "../../../components/kit/labels";
import { flowsOf as hubFlows, policiesOf as hubPolicies } from "./flows";
import { connection } from "./hub";

const MIMIR = backendOf("metrics").architecture({});
const args = { cells: { main: { metrics: connection } }, agentNamespace: "heliograph" };

describe("flows of the hub", () => {
  it("reach Mimir from the gateway and the hub's own agent, and from nowhere else: it believes any tenant header", () => {
    const senders = hubFlows(args)
      .filter(({ to }) => "pods" in to && to.pods.instance === "mimir-main")
      .map(({ from, ports }) => ({ from, ports }));
    expect(senders).toEqual([
      { from: { pods: { name: "gateway" } }, ports: [MIMIR.httpPort] },
      { from: { pods: PROMETHEUS_AGENT, namespace: "heliograph" }, ports: [MIMIR.httpPort] },
    ]);
  });

  it("reach Loki and Tempo where a cell stores logs and traces, at the ports of writes, and let metrics of spans into Mimir", () => {
    const cells = {
      main: {
        metrics: connection,
        logs: connection,
        traces: { ...connection, metricsGenerator: true },
      },
    };
    const flows = hubFlows({ ...args, cells, alertmanagerPorts: [9093] });
    const into = (instance: string) =>
      flows
        .filter(({ to }) => "pods" in to && to.pods.instance === instance)
        .map(({ from, ports }) => ["pods" in from ? from.pods.name : "anywhere", ...ports]);
    expect(into("loki-main")).toEqual([
      ["gateway", 3100],
      ["prometheus-agent", 3100],
    ]);
    expect(into("tempo-main")).toEqual([
      ["gateway", 4318, 4317],
      ["prometheus-agent", 3200],
    ]);
    expect(into("mimir-main")).toContainEqual(["tempo", MIMIR.httpPort]);
    const alerting = flows
      .filter(({ why }) => why === "alerts")
      .map(({ from }) => "pods" in from && from.pods.name);
    expect(alerting).toEqual(["mimir", "loki"]);
  });

  it.each([
    ["a port of its own", { endpoint: "minio.example.com:9000" }, [9000]],
    ["HTTPS", { endpoint: "minio.example.com" }, [443]],
    ["HTTP", { endpoint: "minio.example.com", insecure: true }, [80]],
    ["Azure, whose endpoint clients know", { protocol: "azure", endpoint: "" }, [443]],
  ])("to the object store: %s", (_, store, ports) => {
    const cells = { main: { metrics: { ...connection, ...store } } };
    const outward = hubFlows({ ...args, cells }).filter(
      ({ to, from }) => "addresses" in to && "pods" in from,
    );
    expect(outward.map((flow) => flow.ports)).toEqual([ports, ports]);
  });

  it("to Google's metadata server, where tokens come from there", () => {
    const cells = { main: { metrics: { ...connection, protocol: "gcs", endpoint: "" } } };
    expect(hubFlows({ ...args, cells })).toContainEqual(
      expect.objectContaining({
        to: { addresses: ["169.254.169.252/32", "169.254.169.254/32"] },
        ports: [988, 80],
      }),
    );
  });

  it("to the agent of EKS Pod Identity, where tokens may come from there", () => {
    const agent = { to: { addresses: ["169.254.170.23/32", "fd00:ec2::23/128"] }, ports: [80] };
    const flowsTo = (endpoint: string) =>
      hubFlows({ ...args, cells: { main: { metrics: { ...connection, endpoint } } } });
    expect(flowsTo("s3.me-central-1.amazonaws.com")).toContainEqual(expect.objectContaining(agent));
    expect(flowsTo("s3.cn-north-1.amazonaws.com.cn")).toContainEqual(
      expect.objectContaining(agent),
    );
    expect(flowsTo("minio.example.com")).not.toContainEqual(expect.objectContaining(agent));
  });

  it("make one policy per role, with every cell's Mimir on its own", () => {
    const policies = hubPolicies({
      ...args,
      cells: { main: { metrics: connection }, eu: { metrics: connection } },
    });
    expect(policies.map(({ role }) => role.instance ?? role.name)).toEqual([
      "gateway",
      "mimir-main",
      "mimir-eu",
      "object-store-bucket",
    ]);
  });

  it("let edges reach the gateway from anywhere, and its status only from the agent", () => {
    const gateway = hubPolicies(args).find(({ role }) => role.name === "gateway");
    expect(gateway?.spec.ingress).toEqual([
      {
        from: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
        ports: [{ port: 8443, protocol: "TCP" }],
      },
      {
        from: [
          {
            podSelector: {
              matchLabels: {
                "app.kubernetes.io/name": "prometheus-agent",
              },
            },
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "heliograph" } },
          },
        ],
        ports: [
          { port: 8080, protocol: "TCP" },
          { port: 9102, protocol: "TCP" },
        ],
      },
    ]);
  });
});

describe("flows of microservices", () => {
  const flows = hubFlows({
    ...args,
    cells: { main: { metrics: { ...connection, microservices: true, caches: true } } },
  });
  const component = (peer: object) =>
    "pods" in peer ? (peer as { pods: Role }).pods.component : undefined;
  const between = (port: number) =>
    flows.flatMap(({ from, to, ports }) =>
      ports.includes(port) ? [`${component(from)} -> ${component(to)}`] : [],
    );

  it("bring writes to distributors alone, and queries to nobody: they come from no pod yet", () => {
    expect(between(MIMIR.httpPort)).toContain("undefined -> distributor");
    expect(between(MIMIR.httpPort).filter((flow) => flow.endsWith("query-frontend"))).toEqual([]);
  });

  it("let components call each other as Mimir does", () => {
    expect(between(MIMIR.grpcPort)).toEqual([
      "distributor -> ingester",
      "querier -> ingester",
      "querier -> store-gateway",
      "querier -> query-scheduler",
      "querier -> query-frontend",
      "query-frontend -> query-scheduler",
      "query-scheduler -> query-frontend",
      "ruler -> ingester",
      "ruler -> store-gateway",
      "ruler -> ruler",
    ]);
  });

  it("bring the dead man's switch to who answers queries, and alerts out of rulers alone", () => {
    const cells = { main: { metrics: { ...connection, microservices: true } } };
    const alerting = hubFlows({ ...args, cells, alertmanagerPorts: [9093], switchPort: 443 });
    const asked = alerting.filter(
      ({ from }) => "pods" in from && from.pods.name === "dead-mans-switch",
    );
    expect(asked.map(({ to, ports }) => component(to) ?? ports[0])).toEqual([
      53,
      53,
      "query-frontend",
      443,
    ]);
    expect(
      alerting.filter(({ ports }) => ports.includes(9093)).map(({ from }) => component(from)),
    ).toEqual(["ruler"]);
  });

  it("let those to the bucket that read or write it, and no others", () => {
    const toStore = flows
      .filter(({ to, from }) => "addresses" in to && component(from))
      .map(({ from }) => component(from));
    expect(toStore.sort()).toEqual(["compactor", "ingester", "querier", "ruler", "store-gateway"]);
  });

  it("make a policy for each component, one for what all of them do, and keep the one of single", () => {
    const policies = hubPolicies({
      ...args,
      cells: { main: { metrics: { ...connection, microservices: true } } },
    });
    expect(policies.map(({ role }) => roleName(role)).sort()).toEqual([
      "gateway",
      "mimir-main",
      "mimir-main-microservices",
      "mimir-main-microservices-compactor",
      "mimir-main-microservices-distributor",
      "mimir-main-microservices-ingester",
      "mimir-main-microservices-querier",
      "mimir-main-microservices-query-frontend",
      "mimir-main-microservices-query-scheduler",
      "mimir-main-microservices-ruler",
      "mimir-main-microservices-store-gateway",
      "object-store-bucket",
    ]);
  });
});
