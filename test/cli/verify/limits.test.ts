/**
 * Proves: limits and retention are compared with what the stack file means, and every pod of every
 * kind that enforces them is asked. Retention is written here by hand, by tenant and signal: a
 * tenant that is given another one's is seen.
 * Does not prove: that backends show what they do. Tests with the real programs and the lab do.
 */
import { afterEach, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../../components/contract/names";
import { resolveHub, type HubInput } from "../../../components/hub/resolve";
import { storesOf, type HubModel } from "../../../components/hub/model";
import { checksum } from "../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import { toYaml } from "../../../components/kit/yaml";
import type { Pod } from "../../../src/cli/cluster/cluster";
import { rules } from "../../../src/cli/commands/verify/checks/hub";
import { limits } from "../../../src/cli/commands/verify/checks/limits";
import { hubView, type HubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const edge = (tenant: string, more: Partial<HubInput["edges"][string]> = {}) => ({
  tenant,
  environment: tenant,
  region: "lab",
  keyGeneration: 1,
  outage: "7h",
  activeSeries: 210_000,
  ...more,
});
const INPUT: HubInput = {
  cells: { main: { metrics: {}, logs: {}, traces: {} } },
  tenants: {
    b: { retentionDays: 29, logRetentionDays: 11, traceRetentionDays: 5 },
    c: { retentionDays: 37, logRetentionDays: 13, traceRetentionDays: 3 },
  },
  edges: { "b-one": edge("b"), "c-one": edge("c", { activeSeries: 130_000 }) },
};
/** Days, by hand. */
const RETENTION = {
  metrics: { b: "29d", c: "37d" },
  logs: { b: "11d", c: "13d" },
  traces: { b: "5d", c: "3d" },
};
type Retention = typeof RETENTION;

const signals = ["metrics", "logs", "traces"] as const;
const EDGES = {
  "b-one": entryOf("b", { signals: [...signals] }),
  "c-one": entryOf("c", { signals: [...signals] }),
};

/** Every limit of a signal as the model has it, with retention by hand. */
function overrides(
  model: HubModel,
  signal: keyof Retention,
  days: Readonly<Record<string, string>>,
) {
  const [cell] = model.cells;
  const store = cell && storesOf(cell).find((each) => each.signal === signal);
  if (!store) throw new Error(`nothing stores ${signal}`);
  const [enforced] = store.backend.limits(store, cell);
  const entries = Object.entries(enforced?.byTenant ?? {}).map(([id, own]) => {
    const day = days[id];
    if (day === undefined) return [id, own];
    const key = signal === "logs" ? "retention_period" : "compactor_blocks_retention_period";
    return [id, { ...own, ...(signal === "traces" ? traceRetention(own, day) : { [key]: day }) }];
  });
  return Object.fromEntries(entries) as Record<string, object>;
}

function traceRetention(own: Readonly<Record<string, unknown>>, days: string) {
  return { compaction: { ...(own["compaction"] as object), block_retention: days } };
}

interface Deployed {
  readonly model?: HubModel;
  /** As pods show it; the model's own where left out. */
  readonly retention?: Partial<Retention>;
  /** The same, by the microservice component of the pod. */
  readonly retentionOf?: Readonly<Record<string, Partial<Retention>>>;
  /** Components that run, by signal. Left out: one process. */
  readonly components?: readonly string[];
  readonly contract?: Parameters<typeof contractOf>[0];
  /** Tenants in the files that were deployed. */
  readonly tenants?: readonly string[];
  /** What somebody has made of the file of a backend. */
  readonly byHand?: (text: string) => string;
}

/** A hub whose pods show the limits of a model, with retention as told. */
async function hubWith({
  model = resolveHub(INPUT),
  retention = {},
  retentionOf = {},
  components = [],
  contract = EDGES,
  tenants = ["b", "c"],
  byHand = (text) => text,
}: Deployed = {}) {
  const [cell] = model.cells;
  const asked = new Set<string>();
  const pages = async (component: string) => {
    const days = { ...RETENTION, ...retention, ...retentionOf[component] };
    const own = (signal: keyof Retention) => overrides(model, signal, days[signal]);
    const logs = own("logs");
    return servers.json(({ pathname }, tenant) => {
      asked.add(`${component} ${pathname}`);
      if (pathname === "/runtime_config") return { overrides: own("metrics") };
      if (pathname === "/config/tenant/v1/limits") return logs[tenant] ?? {};
      if (pathname === "/status/runtime_config") return { overrides: own("traces") };
      return undefined;
    });
  };
  const all = ["single", ...components];
  const byComponent = Object.fromEntries(
    await Promise.all(all.map(async (each) => [each, await pages(each)] as const)),
  );
  const cluster = clusterOf({
    pods: async (_, { instance = "", component }) => {
      const pod = (name: string) => ({ name, ready: true }) as Pod;
      if (!instance.endsWith("-microservices"))
        return components.length === 0 ? [pod(`${instance}-single`)] : [];
      return components
        .filter((each) => component === undefined || each === component)
        .map((each) => pod(`${instance}-${each}`));
    },
    endpoint: ({ pod }) =>
      byComponent[all.findLast((each) => pod.endsWith(`-${each}`)) ?? ""] ?? { port: 1 },
    configMap: async (_, name) => {
      const [backend = ""] = name.split("-");
      const signal = ({ loki: "logs", tempo: "traces" } as const)[backend] ?? "metrics";
      const own = Object.entries(overrides(model, signal, RETENTION[signal]));
      const file = toYaml({
        overrides: Object.fromEntries([
          ...tenants.map((id) => [id, {}]),
          ...own.filter(([id]) => id === HUB_TENANT || tenants.includes(id)),
        ]),
      });
      const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(file) };
      return { metadata: { annotations }, data: { "runtime.yaml": byHand(file) }, name };
    },
  });
  const hub = hubView("ops", cluster, contractOf(contract), model);
  const run = (fileIsNewer = false) => limits(model, fileIsNewer).run(hub);
  return { hub, run, asked, cell };
}

describe("limits and retention", () => {
  it("are well where every pod has those of the stack file, tenant by tenant", async () => {
    expect(await (await hubWith()).run()).toEqual({
      status: "passed",
      brief: "2 tenants",
      detail: "every pod has the limits and retention of 2 tenants",
    });
  });

  it.each([
    ["metrics", "Mimir", "compactor_blocks_retention_period", "29d", "37d"],
    ["logs", "Loki", "retention_period", "11d", "13d"],
    ["traces", "Tempo", "compaction.block_retention", "5d", "3d"],
  ] as const)(
    "of %s are seen where tenants have each other's",
    async (signal, title, key, b, c) => {
      const swapped = { b: RETENTION[signal].c, c: RETENTION[signal].b };
      const { run } = await hubWith({ retention: { [signal]: swapped } });
      expect(await run()).toMatchObject({
        status: "pending",
        brief: "",
        detail: [
          `cell main: ${title}: tenant b: ${key} should be ${b}, is ${c}`,
          `cell main: ${title}: tenant c: ${key} should be ${c}, is ${b}`,
        ].join("; "),
      });
    },
  );

  it("of logs are seen where a tenant has those of its metrics", async () => {
    const { run } = await hubWith({ retention: { logs: RETENTION.metrics } });
    expect((await run()).detail).toContain(
      "Loki: tenant b: retention_period should be 11d, is 29d",
    );
  });

  const COMPONENTS = ["distributor", "ingester", "querier", "query-frontend", "compactor", "ruler"];

  it("are asked of every kind of pod that enforces them", async () => {
    const { run, asked } = await hubWith({ components: COMPONENTS });
    expect(await run()).toMatchObject({ status: "passed" });
    const kinds = (path: string) =>
      COMPONENTS.filter((component) => asked.has(`${component} ${path}`));
    expect(kinds("/runtime_config")).toEqual(COMPONENTS);
    expect(kinds("/config/tenant/v1/limits")).toEqual(COMPONENTS);
    expect(kinds("/status/runtime_config")).toEqual([
      "distributor",
      "ingester",
      "querier",
      "compactor",
    ]);
  });

  it.each(["distributor", "ingester", "querier", "compactor"])(
    "are seen where only the %s has others",
    async (component) => {
      const other = { b: "1d", c: "37d" };
      const { run } = await hubWith({
        components: COMPONENTS,
        retentionOf: { [component]: { metrics: other, logs: { b: "1d", c: "13d" } } },
      });
      const pod = (backend: string) => `${backend}-main-microservices-${component}`;
      expect(await run()).toMatchObject({
        status: "pending",
        detail: [
          `cell main: Mimir: tenant b: compactor_blocks_retention_period should be 29d, is 1d (${pod("mimir")})`,
          `cell main: Loki: tenant b: retention_period should be 11d, is 1d (${pod("loki")})`,
        ].join("; "),
      });
    },
  );

  it("need a pod of every kind", async () => {
    const { run } = await hubWith({
      components: COMPONENTS.filter((component) => component !== "compactor"),
    });
    await expect(run()).rejects.toMatchObject({
      message: "no compactor of Mimir of cell main is ready",
      next: "kubectl --context test --namespace heliograph-hub describe pods --selector app.kubernetes.io/instance=mimir-main-microservices",
    });
  });

  it("are not running where somebody changed the file, though Mimir follows it", async () => {
    const { run } = await hubWith({ byHand: (text) => text.replace("b:", "x:") });
    await expect(run()).rejects.toMatchObject({
      message: "ConfigMap heliograph-hub/mimir-main-runtime is not what was deployed",
      next: "pulumi refresh --stack ops && npm run up -- ops",
    });
  });

  it("say where to look where a pod does not run what was deployed", async () => {
    const { run } = await hubWith({ retention: { logs: { b: "1d", c: "13d" } } });
    expect(await run()).toMatchObject({
      next: "kubectl --context test --namespace heliograph-hub logs --tail 20 --selector 'app.kubernetes.io/instance in (loki-main-microservices,loki-main)'",
    });
  });
});

describe("a stack file that is newer than what is deployed", () => {
  const newTenant = resolveHub({
    ...INPUT,
    tenants: { ...INPUT.tenants, d: { retentionDays: 41 } },
  });
  const deployed = resolveHub(INPUT);
  const runWith = async (model: HubModel, fileIsNewer = false, more: Partial<Deployed> = {}) => {
    const { hub } = await hubWith({ model: deployed, ...more });
    return limits(model, fileIsNewer).run(hub);
  };

  it("does not fail for a tenant that is not deployed yet", async () => {
    expect(await runWith(newTenant)).toEqual({
      status: "warning",
      brief: "not brought up",
      detail: "Pulumi.ops.yaml has not been brought up: cell main: tenant d is not deployed yet",
    });
  });

  it("fails for a tenant that is deployed and has no limits", async () => {
    expect(await runWith(newTenant, false, { tenants: ["b", "c", "d"] })).toMatchObject({
      status: "failed",
      detail: expect.stringContaining(
        "cell main: Mimir: tenant d: the backend has loaded no limits of it",
      ),
    });
  });

  it("does not fail for a tenant that is gone from it", async () => {
    const tenants = { b: INPUT.tenants["b"] };
    const edges = { "b-one": INPUT.edges["b-one"] };
    expect(await runWith(resolveHub({ ...INPUT, tenants, edges } as HubInput))).toMatchObject({
      status: "warning",
      detail:
        "Pulumi.ops.yaml has not been brought up: cell main: tenant c is deployed, and not in the file any more",
    });
  });

  it("does not fail for a signal that no edge may send yet", async () => {
    const entries = Object.entries(EDGES).map(([name, entry]) => [
      name,
      { ...entry, signals: ["metrics"] },
    ]);
    const { hub, run } = await hubWith({ contract: Object.fromEntries(entries) });
    const { configMap } = hub.cluster;
    hub.cluster.configMap = async (namespace, name) =>
      name.startsWith("mimir") ? configMap(namespace, name) : undefined;
    expect(await run()).toMatchObject({
      status: "warning",
      detail:
        "Pulumi.ops.yaml has not been brought up: cell main: Loki is not deployed; cell main: Tempo is not deployed",
    });
  });

  it("fails where the file of a signal is gone that edges send", async () => {
    const { hub, run } = await hubWith();
    hub.cluster.configMap = async () => undefined;
    await expect(run()).rejects.toMatchObject({
      message: "there is no ConfigMap heliograph-hub/mimir-main-runtime",
      next: "npm run up -- ops",
    });
  });

  const longer = resolveHub({
    ...INPUT,
    tenants: { ...INPUT.tenants, b: { ...INPUT.tenants["b"], retentionDays: 43 } },
  });

  it("fails at once where it asks for another retention", async () => {
    expect(await runWith(longer)).toMatchObject({
      status: "failed",
      detail:
        "Pulumi.ops.yaml has not been brought up: " +
        "cell main: Mimir: tenant b: compactor_blocks_retention_period should be 43d, is 29d",
    });
  });

  it("leaves it to the inventory to fail where that is newer too", async () => {
    expect(await runWith(longer, true)).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("Pulumi.ops.yaml has not been brought up: cell main: Mimir"),
    });
  });

  it("fails where it names another backend", async () => {
    const cortex = resolveHub({
      ...INPUT,
      cells: { main: { ...INPUT.cells["main"], metrics: { backend: "cortex" } } },
    });
    expect(await runWith(cortex)).toMatchObject({
      status: "failed",
      detail:
        "Pulumi.ops.yaml has not been brought up: " +
        "cell main: metrics should be stored by Cortex, are stored by Mimir",
    });
  });
});

describe("a cell with Cortex", () => {
  it("is asked where its own pods, limits and rules are", async () => {
    const server = await servers.texts({
      "/runtime_config": "overrides: {}",
      "/prometheus/api/v1/rules": JSON.stringify({ data: { groups: [] } }),
    });
    const asked: string[] = [];
    const file = "overrides: { b: {}, c: {} }";
    const cluster = clusterOf({
      pods: async (_, { instance }) => {
        asked.push(`pods of ${instance}`);
        return instance?.endsWith("microservices")
          ? []
          : [{ name: `${instance}-0`, ready: true } as Pod];
      },
      endpoint: ({ pod }) => {
        asked.push(pod ?? "");
        return server;
      },
      configMap: async (_, name) => {
        asked.push(name);
        const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(file) };
        return { metadata: { annotations }, data: { "runtime.yaml": file } };
      },
    });
    const model = resolveHub({ ...INPUT, cells: { main: { metrics: { backend: "cortex" } } } });
    const contract = { ...contractOf(EDGES), metricsBackends: { main: "cortex" as const } };
    const hub = hubView("ops", cluster, contract, model);
    expect(await limits(model, false).run(hub)).toMatchObject({
      detail: expect.stringContaining(
        "cell main: Cortex: tenant b: the backend has loaded no limits of it",
      ),
    });
    await rules.run(hub);
    expect([...new Set(asked)].sort()).toEqual([
      "cortex-main-0",
      "cortex-main-rules",
      "cortex-main-runtime",
      "pods of cortex-main",
      "pods of cortex-main-microservices",
      "pods of ruler-main",
      "ruler-main-0",
    ]);
  });
});

describe("a cell with Thanos", () => {
  const model = resolveHub({
    ...INPUT,
    watchedBy: "b-one",
    cells: { main: { metrics: { backend: "thanos" } } },
  });
  const [cell] = model.cells;
  const seriesLimits = () => cell?.stores.metrics.backend.limits(cell.stores.metrics, cell)[0];

  const view = async (compactors: readonly string[], changed: Record<string, number> = {}) => {
    const limited = Object.entries(seriesLimits()?.byTenant ?? {}).map(
      ([id, own]) =>
        `thanos_receive_head_series_limit{tenant="${id}"} ${changed[id] ?? own["head_series_limit"]}`,
    );
    const texts = (flags: string) =>
      servers.texts({
        "/metrics": `${limited.join("\n")}\n`,
        "/prometheus/api/v1/rules": JSON.stringify({ data: { groups: [] } }),
        "/api/v1/status/flags": flags,
      });
    const others = await texts("{}");
    const shown = await Promise.all(compactors.map(texts));
    const asked = new Set<string>();
    const cluster = clusterOf({
      pods: async (_, { instance, component = "all" }) => {
        if (!instance?.endsWith("microservices")) return [];
        if (component !== "all") asked.add(component);
        const count = component === "compactor" ? shown.length : 1;
        return Array.from({ length: count }, (__, index) => {
          const name = `${component}-${index}`;
          return { name, ready: true } as Pod;
        });
      },
      endpoint: ({ pod }) =>
        (pod.startsWith("compactor-") && shown[Number(pod.split("-")[1])]) || others,
      configMap: async () => {
        const file = toYaml({ write: { tenants: seriesLimits()?.byTenant } });
        const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(file) };
        return { metadata: { annotations }, data: { "limits.yaml": file } };
      },
    });
    const contract = { ...contractOf(EDGES), metricsBackends: { main: "thanos" as const } };
    const hub: HubView = hubView("ops", cluster, contract, model);
    return { hub, asked, run: () => limits(model, false).run(hub) };
  };
  const flags = (regex: string, days: number) => {
    const every = ["raw", "5m", "1h"].map((each) => [`retention.resolution-${each}`, `${days}d`]);
    const own = `- action: keep\n  regex: ${regex}\n  source_labels: [__tenant_id__]\n`;
    return JSON.stringify({
      data: { "selector.relabel-config": own, ...Object.fromEntries(every) },
    });
  };
  const right = [flags("b", 29), flags("c", 37)];
  const hubTenant = () => {
    const known = Object.keys(seriesLimits()?.byTenant ?? {});
    return known.includes("heliograph") ? [flags("heliograph", 365)] : [];
  };

  it("has the limits that its routers show, and deletes what its compactors say", async () => {
    const { run } = await view([...right, ...hubTenant()]);
    expect(await run()).toMatchObject({ status: "passed" });
  });

  it("is seen where its routers limit otherwise", async () => {
    const { run } = await view([...right, ...hubTenant()], { c: 1 });
    expect((await run()).detail).toMatch(
      /^cell main: Thanos: tenant c: head_series_limit should be \d+, is 1$/,
    );
  });

  it("is seen where its compactors delete otherwise than the stack file says", async () => {
    const { run } = await view([flags("b|c", 29), ...hubTenant()]);
    expect(await run()).toMatchObject({
      detail: [
        "cell main: Thanos: tenant c: retention.resolution-raw should be 37d, is 29d",
        "cell main: Thanos: tenant c: retention.resolution-5m should be 37d, is 29d",
        "cell main: Thanos: tenant c: retention.resolution-1h should be 37d, is 29d",
      ].join("; "),
    });
  });

  it("is asked part by part: for limits, rules, one tenant, and several", async () => {
    const { hub, asked, run } = await view([...right, ...hubTenant()]);
    await run();
    await rules.run(hub);
    await hub.metrics("main");
    await hub.metrics("main", "allReads");
    expect([...asked].sort()).toEqual([
      "all-querier",
      "compactor",
      "distributor",
      "query-frontend",
      "ruler",
    ]);
  });
});
