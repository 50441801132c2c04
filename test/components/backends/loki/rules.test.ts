/**
 * Proves: rules on log lines are mounted, a directory for each tenant, where they are evaluated.
 * Does not prove: that Loki takes them (test/programs/loki-rules.test.ts).
 */
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../../components/backends/backend";
import { fromYaml } from "../../../../components/kit/yaml";
import type { Recorded } from "../../../support/mocks";
import { deployed } from "../support/deployed";
import { store } from "../support/cell";

const RULES = { dev: "groups: [] # dev\n", shop: "groups: [] # shop\n" };
const logsBy = (options: StoreOptions) => store("logs", { schemaFrom: "2026-01-31", ...options });

interface Pod {
  readonly volumes: { readonly name: string; readonly configMap?: object }[];
}

const mounting = (recorded: readonly Recorded[]) =>
  recorded.flatMap(({ name, inputs }) => {
    const { template } = (inputs["spec"] ?? {}) as { template?: { spec: Pod } };
    const rules = template?.spec.volumes.find((volume) => volume.name === "rules");
    return rules ? [[name, rules.configMap]] : [];
  });
const configOf = (recorded: readonly Recorded[], name: string) => {
  const map = recorded.find((each) => each.name === name);
  const { data } = map?.inputs as { data: Record<string, string> };
  return fromYaml(data["loki.yaml"] ?? "") as { ruler?: object; ruler_storage: object };
};
const directories = {
  name: "loki-main-rules",
  items: [
    { key: "dev.yaml", path: "dev/rules.yaml" },
    { key: "shop.yaml", path: "shop/rules.yaml" },
  ],
};

describe("rules on log lines", () => {
  it("are evaluated by the one process", async () => {
    const recorded = await deployed(logsBy({}), {}, undefined, RULES);
    expect(mounting(recorded)).toEqual([["hub-loki-main", directories]]);
    const map = recorded.find(({ name }) => name === "hub-loki-main-rules");
    expect(map?.inputs["data"]).toEqual({ "dev.yaml": RULES.dev, "shop.yaml": RULES.shop });
    expect(configOf(recorded, "hub-loki-main-config")).toMatchObject({
      ruler: { rule_path: "/data/ruler", poll_interval: "15s" },
      ruler_storage: { backend: "local", local: { directory: "/etc/loki-rules" } },
    });
  });

  it("are evaluated by the rulers alone, each by one of them, as microservices", async () => {
    const logs = logsBy({ topology: "microservices" });
    const recorded = await deployed(logs, {}, undefined, RULES);
    expect(mounting(recorded)).toEqual([["hub-loki-main-ruler", directories]]);
    const config = configOf(recorded, "hub-loki-main-microservices-config");
    expect(config.ruler).toMatchObject({ enable_sharding: true });
  });

  it("change nothing where there are none", async () => {
    const recorded = await deployed(logsBy({}));
    expect(mounting(recorded)).toEqual([]);
    const { ruler, ruler_storage } = configOf(recorded, "hub-loki-main-config");
    expect(ruler).toBeUndefined();
    expect(ruler_storage).toMatchObject({ backend: "s3" });
  });
});
