/**
 * Proves: of a hub with a cell in each of two regions, an edge is led to the cell of its tenant,
 * what stores there knows the buckets of that cell alone, and each tenant's data sources lead into
 * its cell, also when its edges are gone. Does not prove: where objects are in the end; the lab's
 * scenario `residency` does.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SIGNALS } from "../../components/contract/names";
import type { ProvisioningFile } from "../../components/hub/grafana/datasources";
import { fromYaml, toYaml } from "../../components/kit/yaml";
import { openProject } from "../../src/cli/project";
import { renderStack } from "../../src/cli/commands/render/render-stack";
import { hubSections } from "../config/settings";

interface ConfigMap {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

const bucket = (signal: string, cell: string) => ({
  provider: "azure",
  existing: {
    storageAccount: `contoso${cell}`,
    container: `${signal}-of-${cell}`,
    clientId: "00000000-0000-0000-0000-000000000001",
  },
});
const cell = (name: string, region: string) => ({
  region,
  metrics: { bucket: bucket("metrics", name) },
  logs: { bucket: bucket("logs", name), schemaFrom: "2026-01-31" },
  traces: { bucket: bucket("traces", name) },
});

test(
  "a tenant's data goes to the cell of its region, and is read there",
  { timeout: 60_000 },
  async () => {
    const { cluster, hub } = hubSections();
    const own = {
      cells: { main: cell("main", "uaenorth"), eu: cell("eu", "westeurope") },
      tenants: {
        dev: { retentionDays: 30 },
        eu: { retentionDays: 90, cell: "eu" },
        gone: { retentionDays: 90, cell: "eu" },
      },
      edges: {
        dev: { tenant: "dev", environment: "dev", region: "uaenorth" },
        eu: { tenant: "eu", environment: "prd", region: "westeurope" },
      },
      grafana: {},
    };
    const folder = mkdtempSync(join(tmpdir(), "heliograph-test-"));
    try {
      writeFileSync(
        join(folder, "Pulumi.ops.yaml"),
        toYaml({ config: { "heliograph:cluster": cluster, "heliograph:hub": { ...hub, ...own } } }),
      );
      const { objects } = await renderStack(openProject(folder), "ops");
      const maps = objects.flatMap(({ manifest }) => {
        const { kind, metadata, data = {} } = manifest as unknown as ConfigMap;
        return kind === "ConfigMap"
          ? [{ name: metadata.name, text: Object.values(data).join("\n") }]
          : [];
      });
      for (const cell of ["main", "eu"])
        for (const signal of SIGNALS) {
          const knowing = maps
            .filter(({ text }) => text.includes(`${signal}-of-${cell}`))
            .map(({ name }) => name);
          expect(knowing).toEqual([
            `${{ metrics: "mimir", logs: "loki", traces: "tempo" }[signal]}-${cell}`,
          ]);
        }
      const textOf = (name: string) => maps.find((map) => map.name === name)?.text ?? "";
      expect(textOf("gateway")).toContain(`map $ssl_client_s_dn $cell {
    default "";
    "CN=dev,OU=key-1,O=heliograph" main;
    "CN=eu,OU=key-1,O=heliograph" eu;
  }`);
      const { datasources } = fromYaml(textOf("grafana-datasources")) as ProvisioningFile;
      const places = Object.fromEntries(
        datasources.map(({ uid, url }) => [uid, new URL(url).hostname]),
      );
      expect(places).toEqual({
        metrics_main_dev: "mimir-main",
        metrics_main_heliograph: "mimir-main",
        logs_main_dev: "loki-main",
        traces_main_dev: "tempo-main",
        all_metrics_eu: "mimir-eu",
        metrics_eu_eu: "mimir-eu",
        metrics_eu_gone: "mimir-eu",
        metrics_eu_heliograph: "mimir-eu",
        all_logs_eu: "loki-eu",
        logs_eu_eu: "loki-eu",
        logs_eu_gone: "loki-eu",
        all_traces_eu: "tempo-eu",
        traces_eu_eu: "tempo-eu",
        traces_eu_gone: "tempo-eu",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
