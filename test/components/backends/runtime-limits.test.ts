import { describe, expect, it } from "vitest";
import { limitDifferences, overridesIn } from "../../../components/backends/kit/runtime-limits";

const runtimeDifferences = (file: string, shown: string) =>
  limitDifferences(overridesIn(file), overridesIn(shown));

const intended =
  "overrides:\n  dev:\n    compactor_blocks_retention_period: 365d\n    ha_max_clusters: 100\n";

describe("running runtime configuration", () => {
  it("agrees although Mimir spells durations in its own way and shows every limit", () => {
    const running = `
overrides:
    dev:
        compactor_blocks_retention_period: 1y
        ha_max_clusters: 100
        ingestion_rate: 10000
multi_kv_config:
    mirror_enabled: null
`;
    expect(runtimeDifferences(intended, running)).toEqual([]);
  });

  it("differs in a value", () => {
    const running =
      "overrides:\n  dev:\n    compactor_blocks_retention_period: 30d\n    ha_max_clusters: 100\n";
    expect(runtimeDifferences(intended, running)).toEqual([
      "tenant dev: compactor_blocks_retention_period should be 365d, is 30d",
    ]);
  });

  it("compares a field inside a section, of which Mimir shows all", () => {
    const section = (url: string) =>
      `overrides:\n  dev:\n    ruler_alertmanager_client_config:\n      alertmanager_url: ${url}\n`;
    const running = `${section("http://a")}      tls_enabled: false\n`;
    expect(runtimeDifferences(section("http://a"), running)).toEqual([]);
    expect(runtimeDifferences(section("http://b"), running)).toEqual([
      "tenant dev: ruler_alertmanager_client_config.alertmanager_url should be http://b, is http://a",
    ]);
  });

  it("lacks a tenant, and has one too many", () => {
    expect(runtimeDifferences(intended, "overrides:\n  stg: {}\n")).toEqual([
      "tenant dev: the backend has loaded no limits of it",
      "tenant stg: the backend has loaded limits of it, but it is not in the inventory",
    ]);
  });

  it("is not there at all", () => {
    expect(runtimeDifferences(intended, "runtime config file doesn't exist")).toEqual([
      "tenant dev: the backend has loaded no limits of it",
    ]);
    expect(runtimeDifferences(intended, "")).toEqual([
      "tenant dev: the backend has loaded no limits of it",
    ]);
  });
});
