import { expect } from "vitest";
import { lokiConfig, type LokiConfig } from "../../../components/hub/loki/config";
import { lokiRuntimeConfig } from "../../../components/hub/loki/limits";
import { METRICS_PROGRAMS } from "../../../components/hub/metrics/program";
import { tempoConfig, type TempoConfig } from "../../../components/hub/tempo/config";
import type { BackendProcess } from "./backend-processes";
import { AcceptedLines, LokiProcesses } from "./loki-processes";
import { Accepted, METRICS_SOONER, MetricsProcesses } from "./metrics-processes";
import type { ObjectStore } from "./object-store";
import { TempoProcesses, type TempoProcess } from "./tempo-processes";
import { AcceptedTraces, newTrace } from "./traces";

/** Of each tenant. */
const COUNT = 120;
const OUTAGE_HOURS = 47;
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Name of the process, and of its folder. */
const NAME = "single";

export const TRIAL_DISK = NAME;

/** A backend as one process on a store. */
export interface Trial<Tenant extends string> {
  /** By tenant, what was written and has to be read back. */
  readonly accepted: Readonly<Record<Tenant, { readonly count: number; readBack(url: string): Promise<number> }>>;
  start(): Promise<BackendProcess>;
  /** Writes what is so old; all of it is accepted. */
  write(ageHours: number): Promise<void>;
  /** Stops it as its pod is stopped. */
  ship(): Promise<void>;
  stop(): Promise<void>;
  /** The names of objects that hold what was written, each in the folder of its tenant; and what one of them is called. */
  readonly stored: readonly [RegExp, string];
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
  loki: logs,
  tempo: traces,
} as const;

async function metrics<T extends string>(name: "mimir" | "cortex", args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const edges = [{ activeSeries: 1000, outageSeconds: OUTAGE_HOURS * 3600 }];
  const tenants = byTenant(args, (retentionDays) => ({ retentionDays, edges }));
  const deletionDelay = deletesSoon ? "0s" : undefined;
  const program = METRICS_PROGRAMS[name];
  const processes = await MetricsProcesses.in({ program, folder, tenants, store, deletionDelay });
  const accepted = byTenant(args, () => new Accepted());
  let running: BackendProcess;
  return {
    accepted,
    start: async () => (running = await ready(processes.startSingle(NAME))),
    write: (ageHours) =>
      each(accepted, async (tenant, index) => {
        const at = Date.now() - ageHours * HOUR - index * MINUTE;
        expect(await accepted[tenant].push(running.url, tenant, `stored_${index % 4}`, at, index)).toBe(200);
      }),
    ship: () => running.stop(),
    stop: () => processes.stop(),
    stored: [/\/index$/, "block"],
    sooner: { ...METRICS_SOONER, ...(deletionDelay && { "compactor.deletion_delay": deletionDelay }) },
  };
}

const LOKI_DELETES_SOON = { compaction_interval: "10s", retention_delete_delay: "0s" } as const;

async function logs<T extends string>(args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const processes = await LokiProcesses.in(folder, store.env);
  const edges = [{ bytesPerSecond: 100_000, outageSeconds: OUTAGE_HOURS * 3600 }];
  processes.limits(lokiRuntimeConfig(byTenant(args, (retentionDays) => ({ retentionDays, edges }))));
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
        const written = accepted[tenant].write(running.url, tenant, `stored-${index % 4}`, at, `line ${index}`);
        expect(await written).toBe(true);
      }),
    ship: () => running.stop(),
    stop: () => processes.stop(),
    stored: [/^(?!index\/)[^/]+\/[0-9a-f]+\//, "chunk"],
    sooner: section("compactor", sooner),
  };
}

const TEMPO_DELETES_SOON = { compacted_block_retention: "1s" } as const;

async function traces<T extends string>(args: TrialArgs<T>): Promise<Trial<T>> {
  const { folder, store, deletesSoon } = args;
  const tenants = byTenant(args, (retentionDays) => ({ retentionDays, spansPerSecond: 200 }));
  const processes = await TempoProcesses.in(folder, tenants, store.env);
  const own = tempoConfig(store.connection, { generation: 1, outageSeconds: OUTAGE_HOURS * 3600 });
  const sooner = deletesSoon ? TEMPO_DELETES_SOON : {};
  const config = { ...own, ...(deletesSoon && { compactor: { compaction: sooner } }) } as TempoConfig;
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
    stored: [/\/meta\.json$/, "block"],
    sooner: section("compactor.compaction", sooner),
  };
}

function byTenant<T extends string, V>({ tenants }: TrialArgs<T>, make: (retentionDays: number) => V): Record<T, V> {
  const entries = Object.entries<number>(tenants).map(([tenant, days]) => [tenant, make(days)]);
  return Object.fromEntries(entries) as Record<T, V>;
}

function section(name: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}.${key}`, value]));
}

async function ready<Process extends BackendProcess>(starting: Promise<Process>): Promise<Process> {
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
