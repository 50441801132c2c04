import { join } from "node:path";
import { expect } from "vitest";
import { HUB_TENANT } from "../../../components/contract/names";
import { lokiConfig, type LokiConfig } from "../../../components/backends/loki/config";
import { lokiRuntimeConfig } from "../../../components/backends/loki/limits";
import { tempoConfig, type TempoConfig } from "../../../components/backends/tempo/config";
import { retentionsOf } from "../../../components/backends/thanos/limits";
import type { BackendProcess } from "./backend-processes";
import { AcceptedLines, LokiProcesses } from "./loki-processes";
import { Accepted, METRICS_SOONER, MetricsProcesses, push } from "./metrics-processes";
import type { ObjectStore } from "./object-store";
import { ownPath, RINGS } from "./ring-backends";
import { until } from "./server";
import { TempoProcesses, type TempoProcess } from "./tempo-processes";
import {
  THANOS_DELETES_SOON,
  THANOS_SHORT_BLOCKS,
  THANOS_SOONER,
  ThanosProcesses,
} from "./thanos-processes";
import { AcceptedTraces, newTrace } from "./traces";

/** Of each tenant. */
const COUNT = 120;
const OUTAGE_HOURS = 47;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1000;
/** Name of a process that is all of its backend, and of its folder. */
const NAME = "single";

/** A backend on a store, as few processes as it can be. */
export interface Trial<Tenant extends string> {
  /** By tenant, what was written and has to be read back. */
  readonly accepted: Readonly<
    Record<Tenant, { readonly count: number; readBack(url: string): Promise<number> }>
  >;
  start(): Promise<{ readonly url: string }>;
  /** Writes what is so old; all of it is accepted. */
  write(ageHours: number): Promise<void>;
  /** Stops it once all is in the store; most see to that when their pod is stopped. */
  ship(): Promise<void>;
  stop(): Promise<void>;
  /** What it keeps without the store. */
  readonly disk: string;
  /** The names of objects that hold what a tenant has written. */
  stored(tenant: Tenant): Promise<string[]>;
  /** What one of them is called. */
  readonly unit: string;
  /** Settings that pods do not have. */
  readonly sooner: Readonly<Record<string, string>>;
}

interface TrialArgs<Tenant extends string> {
  readonly folder: string;
  readonly store: ObjectStore;
  /** Days of retention, by tenant. */
  readonly tenants: Readonly<Record<Tenant, number>>;
  /** Whether what is too old is deleted at once, which takes hours in earnest. */
  readonly deletesSoon?: boolean;
}

/** Backends by name. */
export const TRIALS = {
  mimir: <T extends string>(args: TrialArgs<T>) => metrics("mimir", args),
  cortex: <T extends string>(args: TrialArgs<T>) => metrics("cortex", args),
  thanos,
  loki: logs,
  tempo: traces,
} as const;

async function metrics<T extends string>(
  name: "mimir" | "cortex",
  args: TrialArgs<T>,
): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const edges = [{ activeSeries: 1000, outageSeconds: OUTAGE_HOURS * 3600 }];
  const tenants = byTenant(args, (retentionDays) => ({ retentionDays, edges }));
  const deletionDelay = deletesSoon ? "0s" : undefined;
  const settings = RINGS[name];
  const processes = await MetricsProcesses.in({ settings, folder, tenants, store, deletionDelay });
  const accepted = byTenant(args, () => new Accepted());
  let running: BackendProcess;
  return {
    accepted,
    start: async () => (running = await ready(processes.startSingle(NAME))),
    write: (ageHours) =>
      each(accepted, async (tenant, index) => {
        const at = Date.now() - ageHours * HOUR - index * MINUTE;
        expect(
          await accepted[tenant].push(running.url, tenant, `stored_${index % 4}`, at, index),
        ).toBe(200);
      }),
    ship: () => running.stop(),
    stop: () => processes.stop(),
    disk: join(folder, NAME),
    stored: inFolders(store, /\/index$/),
    unit: "block",
    sooner: {
      ...METRICS_SOONER,
      ...(deletionDelay && { "compactor.deletion_delay": deletionDelay }),
    },
  };
}

/** What writes and queries go through, the first and the last. */
const THANOS_PARTS = [
  "distributor",
  "ingester-0",
  "store-gateway",
  "querier",
  "query-frontend",
] as const;
/** What is so old is put into a block. */
const THANOS_AGE = MINUTE;

async function thanos<T extends string>(args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const edges = [{ activeSeries: 1000, outageSeconds: OUTAGE_HOURS * 3600 }];
  const tenants = byTenant(args, (retentionDays) => ({ retentionDays, edges }));
  const processes = await ThanosProcesses.in({ folder, store, tenants });
  const path = ownPath("thanos", "remote write");
  const accepted = byTenant(args, () => new Accepted(path));
  const ids = Object.keys(tenants) as T[];
  const sooner = {
    ...THANOS_SOONER,
    ...THANOS_SHORT_BLOCKS,
    ...(deletesSoon && THANOS_DELETES_SOON),
  };
  const isShipped = async (tenant: T) => {
    const samples = (await processes.blocksOf(tenant)).reduce(
      (sum, { stats }) => sum + stats.numSamples,
      0,
    );
    return samples >= accepted[tenant].count;
  };
  const start = (name: string, other: Readonly<Record<string, string>>, group?: string) =>
    ready(processes.start(name, { group, other }));
  const blocks = byTenant(args, () => new Set<string>());
  let writeUrl: string;
  let compactors: readonly string[] = [];
  return {
    accepted,
    start: async () => {
      const parts = await Promise.all([
        ...THANOS_PARTS.map((part) =>
          start(part, part === "ingester-0" ? THANOS_SHORT_BLOCKS : {}),
        ),
        ...compactors.map((group) => start("compactor", THANOS_DELETES_SOON, group)),
      ]);
      writeUrl = parts[0]!.writeUrl;
      const writes = async () =>
        (await push(writeUrl, HUB_TENANT, [], path)) === 200 ? true : undefined;
      await until("writes are taken", writes);
      return parts[THANOS_PARTS.length - 1]!;
    },
    write: async (ageHours) => {
      const newest = Date.now() - ageHours * HOUR - THANOS_AGE;
      await each(accepted, async (tenant, index) => {
        // Not minutes: each of the short blocks would have one sample.
        const at = newest - index * SECOND;
        expect(
          await accepted[tenant].push(writeUrl, tenant, `stored_${index % 4}`, at, index),
        ).toBe(200);
      });
    },
    ship: async () => {
      const shipped = async () =>
        (await Promise.all(ids.map(isShipped))).every(Boolean) || undefined;
      await until("all is in the bucket", shipped, 180);
      await processes.stop();
      // Before, they would delete what is counted.
      if (deletesSoon) compactors = Object.keys(retentionsOf(tenants, {}));
    },
    stop: () => processes.stop(),
    disk: processes.disks,
    stored: async (tenant) => {
      // Whose a block is, it says itself, until it is deleted.
      for (const { ulid } of await processes.blocksOf(tenant)) blocks[tenant].add(`${ulid}/index`);
      return (await store.objects()).filter((object) => blocks[tenant].has(object));
    },
    unit: "block",
    sooner,
  };
}

const LOKI_DELETES_SOON = { compaction_interval: "10s", retention_delete_delay: "0s" } as const;

async function logs<T extends string>(args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const processes = await LokiProcesses.in(folder, store.env);
  const edges = [{ bytesPerSecond: 100_000, outageSeconds: OUTAGE_HOURS * 3600 }];
  processes.limits(
    lokiRuntimeConfig(byTenant(args, (retentionDays) => ({ retentionDays, edges }))),
  );
  const schemaFrom = new Date().toISOString().slice(0, 10);
  const own = lokiConfig({ bucket: store.connection, schemaFrom, memoryBytes: 2 ** 30 });
  const sooner = deletesSoon ? LOKI_DELETES_SOON : {};
  const config: LokiConfig = { ...own, compactor: { ...own.compactor, ...sooner } };
  const accepted = byTenant(args, () => new AcceptedLines());
  let running: BackendProcess;
  return {
    accepted,
    start: async () => (running = await ready(processes.start(NAME, config))),
    write: (ageHours) =>
      each(accepted, async (tenant, index) => {
        const at = Date.now() - ageHours * HOUR - index * MINUTE;
        const written = accepted[tenant].write(
          running.url,
          tenant,
          `stored-${index % 4}`,
          at,
          `line ${index}`,
        );
        expect(await written).toBe(true);
      }),
    ship: () => running.stop(),
    stop: () => processes.stop(),
    disk: join(folder, NAME),
    stored: inFolders(store, /^(?!index\/)[^/]+\/[0-9a-f]+\//),
    unit: "chunk",
    sooner: section("compactor", sooner),
  };
}

const TEMPO_DELETES_SOON = { compacted_block_retention: "1s" } as const;

async function traces<T extends string>(args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const tenants = byTenant(args, (retentionDays) => ({ retentionDays, spansPerSecond: 200 }));
  const processes = await TempoProcesses.in(folder, tenants, store.env);
  const own = tempoConfig(store.connection, { outageSeconds: OUTAGE_HOURS * 3600 });
  const sooner = deletesSoon ? TEMPO_DELETES_SOON : {};
  const config = {
    ...own,
    ...(deletesSoon && { compactor: { compaction: sooner } }),
  } as TempoConfig;
  const accepted = byTenant(args, () => new AcceptedTraces());
  let running: TempoProcess;
  return {
    accepted,
    start: async () => (running = await ready(processes.start(NAME, config))),
    write: (ageHours) =>
      each(accepted, async (tenant) => {
        const start = Date.now() - ageHours * HOUR;
        const trace = newTrace(3, { start, end: start + 5 });
        expect(await accepted[tenant].write(running.otlpUrl, tenant, trace)).toBe(200);
      }),
    ship: async () => {
      // As the pod's hook does.
      expect((await fetch(`${running.url}/flush`)).status).toBe(204);
      running.signal("SIGTERM");
      await running.ended;
    },
    stop: () => processes.stop(),
    disk: join(folder, NAME),
    stored: inFolders(store, /\/meta\.json$/),
    unit: "block",
    sooner: section("compactor.compaction", sooner),
  };
}

/** Objects in the folders of tenants, of which some hold what they have written. */
function inFolders<T extends string>(
  { objects }: ObjectStore,
  pattern: RegExp,
): Trial<T>["stored"] {
  return async (tenant) =>
    (await objects()).filter((object) => object.startsWith(`${tenant}/`) && pattern.test(object));
}

function byTenant<T extends string, V>(
  { tenants }: TrialArgs<T>,
  make: (retentionDays: number) => V,
): Record<T, V> {
  const entries = Object.entries<number>(tenants).map(([tenant, days]) => [tenant, make(days)]);
  return Object.fromEntries(entries) as Record<T, V>;
}

function section(name: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`${name}.${key}`, value]),
  );
}

async function ready<Process extends { ready(): Promise<void> }>(
  starting: Promise<Process>,
): Promise<Process> {
  const started = await starting;
  await started.ready();
  return started;
}

async function each<T extends string>(
  tenants: Readonly<Record<T, unknown>>,
  write: (tenant: T, index: number) => Promise<void>,
): Promise<void> {
  for (const tenant of Object.keys(tenants) as T[])
    for (let index = 0; index < COUNT; index += 1) await write(tenant, index);
}
