import { afterEach, describe, expect, it } from "vitest";
import { checksum } from "../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../components/kit/labels";
import type { Pod } from "../../../src/cli/clients/cluster";
import { limits } from "../../../src/cli/verify/checks/hub/limits";
import { rules } from "../../../src/cli/verify/checks/hub/rules";
import { hubView } from "../../../src/cli/verify/fleet";
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
    const contract = { ...contractOf({ dev: entryOf("dev") }), metricsBackends: { main: "thanos" as const } };
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
    await hub.mimir("main");
    await hub.mimir("main", "allReads");
    expect([...asked].sort()).toEqual(["all-querier", "distributor", "query-frontend", "ruler"]);
  });
});
