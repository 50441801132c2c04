import { afterEach, describe, expect, it } from "vitest";
import { thanosRetention } from "../../../components/in-force";
import { checksum } from "../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import type { Pod } from "../../../src/cli/cluster/cluster";
import { PrometheusApi } from "../../../src/cli/cluster/prometheus-api";
import type { HubSection } from "../../../src/config/hub-schema";
import { limits } from "../../../src/cli/commands/verify/checks/limits";
import { rules } from "../../../src/cli/commands/verify/checks/hub";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

describe("a cell with Thanos", () => {
  const limited = "write: { tenants: { dev: { head_series_limit: 150000 } } }";
  const shown = (limit: number) => `thanos_receive_head_series_limit{tenant="dev"} ${limit}\n`;

  const view = async (metrics: string) => {
    const server = await servers.texts({
      "/metrics": metrics,
      "/prometheus/api/v1/rules": JSON.stringify({ data: { groups: [] } }),
    });
    const asked = new Set<string>();
    const cluster = clusterOf({
      pods: async (_, { instance, component }) => {
        if (!instance?.endsWith("microservices")) return [];
        asked.add(component ?? "all");
        return [{ name: `${component}-0`, ready: true } as Pod];
      },
      endpoint: () => server,
      configMap: async () => {
        const annotations = { [CONFIG_HASH_ANNOTATION]: checksum(limited) };
        return { metadata: { annotations }, data: { "limits.yaml": limited } };
      },
    });
    const contract = {
      ...contractOf({ dev: entryOf("dev") }),
      metricsBackends: { main: "thanos" as const },
    };
    return { hub: hubView("ops", cluster, contract), asked };
  };

  it("has the limits that its routers show", async () => {
    expect(await limits.run((await view(shown(150_000))).hub)).toMatchObject({ status: "passed" });
    expect(await limits.run((await view(shown(1))).hub)).toMatchObject({
      detail: "cell main: Thanos: tenant dev: head_series_limit should be 150000, is 1",
    });
  });

  it("is asked part by part: for limits, rules, one tenant, and several", async () => {
    const { hub, asked } = await view(shown(150_000));
    await limits.run(hub);
    await rules.run(hub);
    await hub.metrics("main");
    await hub.metrics("main", "allReads");
    expect([...asked].sort()).toEqual(["all-querier", "distributor", "query-frontend", "ruler"]);
  });

  it("deletes what its compactors say, which the stack file has to agree with", async () => {
    const flags = (regex: string, days: number) => {
      const every = ["raw", "5m", "1h"].map((resolution) => [
        `retention.resolution-${resolution}`,
        `${days}d`,
      ]);
      const own = `- action: keep\n  regex: ${regex}\n  source_labels: [__tenant_id__]\n`;
      return JSON.stringify({
        data: { "selector.relabel-config": own, ...Object.fromEntries(every) },
      });
    };
    const answers = { short: flags("dev|stg", 30), long: flags("heliograph", 365) };
    const compactors = Object.values(answers).map(async (text) =>
      servers.texts({ "/api/v1/status/flags": text }),
    );
    const endpoints = await Promise.all(compactors);
    const { hub } = await view(shown(150_000));
    const running = async () => endpoints.map((endpoint) => new PrometheusApi(endpoint, "Thanos"));
    const tenant = (retentionDays: number) => ({ retentionDays }) as HubSection["tenants"][string];
    const limitsFor = (days: number) => {
      const retention = () => thanosRetention({ dev: tenant(days), stg: tenant(30) }, "main", {});
      return limits.run({ ...hub, compactors: running, retention });
    };
    expect(await limitsFor(30)).toMatchObject({ status: "passed" });
    expect(await limitsFor(90)).toMatchObject({
      detail: [
        "cell main: Thanos: tenant dev: retention.resolution-1h should be 90d, is 30d",
        "cell main: Thanos: tenant dev: retention.resolution-5m should be 90d, is 30d",
        "cell main: Thanos: tenant dev: retention.resolution-raw should be 90d, is 30d",
      ].join("; "),
    });
  });
});
