/**
 * Proves: three cells, each with the real program that stores its metrics (two Mimirs, one Thanos), are read through the one global query, and the cell
 * that does not answer is named while the others are shown.
 * Does not prove: that what a tenant sends is in its cell alone; scenario residency does.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HUB_TENANT } from "../../components/contract/names";
import {
  ENDPOINTS_FILE,
  endpointsConfig,
  GLOBAL_QUERY_PATHS,
  globalQueryArgs,
} from "../../components/hub/global-query/config";
import { toYaml } from "../../components/kit/yaml";
import { ownPath } from "./support/ring-backends";
import { startCellReader, type RunningReader } from "./support/cell-reader";
import { push } from "./support/metrics-processes";
import { startMimir, type RunningMimir } from "./support/mimir";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { until, type RunningProgram } from "./support/server";
import { runThanos, thanosPorts } from "./support/thanos-edge";
import { ThanosProcesses, type ThanosProcess } from "./support/thanos-processes";

/** By cell, the tenant that has it. */
const TENANTS = { main: "dev", eu: "customer-eu", asia: "customer-asia" } as const;

interface Answer {
  readonly data: {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[];
  };
  readonly warnings?: readonly string[];
}

describe("the global query over cells", () => {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-residency-"));
  const mimirs: Partial<Record<keyof typeof TENANTS, RunningMimir>> = {};
  const readers: Partial<Record<keyof typeof TENANTS, RunningReader>> = {};
  let store: ObjectStore;
  let thanos: ThanosProcesses;
  let allQuerier: ThanosProcess;
  let globalQuery: RunningProgram;
  let url: string;

  const get = async <T>(path: string, parameters: Readonly<Record<string, string>> = {}) =>
    (
      await fetch(`${url}/prometheus/api/v1/${path}?${new URLSearchParams(parameters).toString()}`)
    ).json() as T;
  const ask = (query: string) => get<Answer>("query", { query });
  const tenantsOf = ({ data }: Answer) =>
    data.result.map(({ metric }) => metric["tenant_id"]).sort();
  const write = (to: string, tenant: string, path?: string) =>
    push(
      to,
      tenant,
      [{ labels: { __name__: "orders", tenant_id: tenant }, samples: [[1, Date.now()]] }],
      path,
    );

  async function startMimirCell(cell: "main" | "eu"): Promise<string> {
    const mimir = (mimirs[cell] = await startMimir());
    const reads = `127.0.0.1:${mimir.port}`;
    expect(await write(`http://${reads}`, TENANTS[cell])).toBe(200);
    const tenants = [HUB_TENANT, ...Object.values(TENANTS)];
    return (readers[cell] = await startCellReader(folder, { cell, reads, tenants })).address;
  }

  async function startThanosCell(): Promise<string> {
    store = await startObjectStore(folder, "metrics");
    const tenants = { [TENANTS.asia]: { retentionDays: 30, edges: [] } };
    thanos = await ThanosProcesses.in({ folder, store, tenants });
    const parts = ["distributor", "ingester-0", "store-gateway", "all-querier"];
    const started = await Promise.all(parts.map((part) => thanos.start(part)));
    await Promise.all(started.map(({ ready }) => ready()));
    const writeUrl = started[0]!.writeUrl;
    const written = async () =>
      (await write(writeUrl, TENANTS.asia, ownPath("thanos", "remote write"))) === 200 || undefined;
    await until("writes are taken", written);
    allQuerier = started[3]!;
    return allQuerier.grpcAddress;
  }

  beforeAll(async () => {
    const cells = await Promise.all([
      startMimirCell("main"),
      startMimirCell("eu"),
      startThanosCell(),
    ]);
    const config = join(folder, "global-query");
    mkdirSync(config);
    writeFileSync(join(config, ENDPOINTS_FILE), toYaml(endpointsConfig({}, cells)));
    const ports = await thanosPorts();
    globalQuery = runThanos(globalQueryArgs(), ports, (text) =>
      text.replaceAll(GLOBAL_QUERY_PATHS.config, config),
    );
    url = `http://127.0.0.1:${ports.http}`;
    await until(
      "all cells are seen",
      async () => tenantsOf(await ask("orders")).length === 3 || undefined,
    );
  }, 240_000);

  afterAll(async () => {
    const programs = [globalQuery, ...Object.values(readers).flatMap((reader) => reader.programs)];
    await Promise.all(
      [...programs, ...Object.values(mimirs), thanos, store].map((each) => each?.stop()),
    );
    rmSync(folder, { recursive: true, force: true });
  });

  it("shows the tenants of all cells in one answer, each series once", async () => {
    const answer = await ask("orders");
    expect(tenantsOf(answer)).toEqual(Object.values(TENANTS).sort());
    expect(answer.warnings).toBeUndefined();
  });

  it("asks one cell where a query names it", async () => {
    expect(tenantsOf(await ask(`orders{cell="eu"}`))).toEqual([TENANTS.eu]);
  });

  it("lists the label values of all cells", async () => {
    expect((await get<{ data: string[] }>("label/tenant_id/values")).data).toEqual(
      Object.values(TENANTS).sort(),
    );
  });

  /** Those that are left, and why others are missing. */
  const left = async () => {
    const began = performance.now();
    const answer = await ask("orders");
    expect(performance.now() - began).toBeLessThan(3000);
    return { tenants: tenantsOf(answer), warnings: answer.warnings?.join("\n") ?? "" };
  };

  it("names the cell whose backend does not answer, and shows the others", async () => {
    await mimirs.eu?.stop();
    for (let times = 0; times < 3; times += 1) {
      const { tenants, warnings } = await left();
      expect(tenants).toEqual([TENANTS.asia, TENANTS.main].sort());
      expect(warnings).toContain(readers.eu!.address);
      expect(warnings).toContain(`127.0.0.1:${mimirs.eu!.port} does not answer`);
    }
  });

  it("names the cell that cannot be asked, and shows the others", async () => {
    allQuerier.signal("SIGKILL");
    await allQuerier.stop();
    for (let times = 0; times < 3; times += 1) {
      const { tenants, warnings } = await left();
      expect(tenants).toEqual([TENANTS.main]);
      expect(warnings).toContain(allQuerier.grpcAddress);
    }
  });
});
