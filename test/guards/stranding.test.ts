/**
 * Proves: every change that leaves data behind is refused before anything is made, with the whole
 * message that a person reads (test/guards/messages/<case>.txt, to be read as prose), and the line
 * in it accepts exactly that change. Does not prove: that the engine remembers what is stored;
 * test/programs/stored.test.ts does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SIGNALS, type Signal } from "../../components/contract/names";
import { parseSettings } from "../../src/config/parse";
import { judge } from "../../src/guards/rejection";
import { queueOf, type Stored } from "../../src/guards/stored";
import { strandingChanges } from "../../src/guards/stranding";
import { intendedStored } from "../../src/stacks/guard";
import { facts } from "../support/facts";
import { keptCases } from "./kept";

function sections() {
  const bucket = {
    storageAccount: "contoso",
    container: "metrics",
    clientId: "00000000-0000-0000-0000-000000000001",
  };
  const metrics = {
    storageClass: "premium",
    diskSize: "100Gi",
    bucket: { provider: "azure", existing: bucket },
  };
  return {
    cluster: { context: "ops" },
    hub: {
      gateway: { host: "ingest.ops.example.com" },
      cells: { main: { region: "uaenorth", metrics } } as Record<
        string,
        { region: string; metrics: object; logs?: object; traces?: object }
      >,
      tenants: {
        dev: { retentionDays: 30 },
        prd: { retentionDays: 365, minRetentionDays: 180 },
        ops: { retentionDays: 90 },
      } as Record<string, object>,
      edges: {
        dev: { tenant: "dev", environment: "dev", region: "uaenorth", request },
        prd: { tenant: "prd", environment: "prd", region: "uaenorth", request },
        ops: { tenant: "ops", environment: "ops", region: "uaenorth" },
        new: { tenant: "dev", environment: "dev", region: "uaenorth" },
      } as Record<string, object>,
    },
    edge: { name: "ops", storageClass: "premium" } as Record<string, unknown>,
  };
}
const request = "-----BEGIN CERTIFICATE REQUEST-----\n";
type Sections = ReturnType<typeof sections>;

function storedBy(change: (sections: Sections) => void = () => {}, before: Stored = {}): Stored {
  const changed = sections();
  change(changed);
  return intendedStored(
    parseSettings("ops", changed as object as Record<string, unknown>),
    undefined,
    before,
  );
}

/** The stack as recorded, held against the same stack with a change. */
const ops = (change: (sections: Sections) => void) => (): [Stored, Stored] => {
  const recorded = storedBy();
  return [recorded, storedBy(change, recorded)];
};
const merge = (target: object | undefined, values: object) =>
  void Object.assign(target as object, values);
const metrics = (values: object) => ops(({ hub }) => merge(hub.cells["main"]?.metrics, values));
const bucket = (values: object) =>
  ops(({ hub }) => merge((hub.cells["main"]?.metrics as { bucket: object }).bucket, values));

const eu = (hub: Sections["hub"]) => {
  const existing = {
    storageAccount: "contoso",
    container: "metrics-eu",
    clientId: "00000000-0000-0000-0000-000000000001",
  };
  hub.cells["eu"] = { region: "westeurope", metrics: { bucket: { provider: "azure", existing } } };
};

const container = (name: string) => ({
  provider: "azure",
  existing: {
    storageAccount: "contoso",
    container: name,
    clientId: "00000000-0000-0000-0000-000000000001",
  },
});
const logs = (name: string) => ({
  bucket: container(name),
  schemaFrom: "2026-01-31",
  topology: "microservices",
});
const traces = (name: string) => ({ bucket: container(name), topology: "microservices" });
const stored = (all: Sections) => {
  Object.assign(all.hub.cells["main"]!, { logs: logs("logs"), traces: traces("traces") });
  merge(all.hub.tenants["prd"], { logRetentionDays: 90, minLogRetentionDays: 60 });
  merge(all.hub.tenants["prd"], { traceRetentionDays: 20, minTraceRetentionDays: 14 });
};
/** A hub that stores logs and traces, too, held against the same one with a change. */
const withAll = (change: (sections: Sections) => unknown) => (): [Stored, Stored] => {
  const recorded = storedBy(stored);
  const changed = (all: Sections) => {
    stored(all);
    change(all);
  };
  return [recorded, storedBy(changed, recorded)];
};
const store = (signal: "logs" | "traces", values: object, too?: "traces") =>
  withAll(({ hub }) => {
    merge(hub.cells["main"]![signal], values);
    if (too) merge(hub.cells["main"]![too], values);
  });

/** What only microservices have. */
const microservices = (asked: object) => (): [Stored, Stored] => {
  const cell = { topology: "microservices", copies: 3, ingesters: 12, zones: 3 } as const;
  const hub = (values: object) => ({
    cells: { main: { ...cell, ...values } },
    tenants: {},
    edges: {},
  });
  return [{ hub: hub({}) }, { hub: hub(asked) }];
};

const edge = (change: Partial<Parameters<typeof queueOf>[0]>) => (): [Stored, Stored] => {
  const gateway = { url: "https://ingest.ops.example.com", serverName: "ingest.ops.example.com" };
  const args = { edge: "dev", facts, gateway, bufferDisk: "20Gi", storageClass: "premium" };
  return [{ queue: queueOf(args) }, { queue: queueOf({ ...args, ...change }) }];
};
const elsewhere = { url: "https://other.example.com", serverName: "other.example.com" };
const cases: Readonly<Record<string, () => [Stored, Stored]>> = {
  ...keptCases,
  "metrics-backend-changed": metrics({ backend: "cortex" }),
  "bucket-changed": bucket({
    existing: {
      storageAccount: "contoso",
      container: "metrics-2",
      clientId: "00000000-0000-0000-0000-000000000001",
    },
  }),
  "provider-changed": bucket({
    provider: "s3",
    existing: {
      bucket: "contoso-metrics",
      region: "me-central-1",
      roleArn: "arn:aws:iam::123456789012:role/m",
    },
  }),
  "prefix-added": bucket({ prefix: "main" }),
  "tenant-gone": ops(({ hub }) => {
    delete hub.tenants["dev"];
    delete hub.edges["new"];
    merge(hub.edges["dev"], { tenant: "prd" });
  }),
  "edge-of-another-tenant": ops(({ hub }) => merge(hub.edges["dev"], { tenant: "prd" })),
  "tenant-in-another-cell": ops(({ hub }) => {
    eu(hub);
    merge(hub.tenants["dev"], { cell: "eu" });
  }),
  "cell-gone": () => {
    const recorded = storedBy(({ hub }) => {
      eu(hub);
      merge(hub.tenants["dev"], { cell: "eu" });
    });
    return [recorded, storedBy(undefined, recorded)];
  },
  "microservices-to-single": microservices({
    topology: "single",
    copies: 1,
    ingesters: 1,
    zones: 0,
  }),
  "replication-lowered": microservices({ copies: 1 }),
  "zones-gone": microservices({ zones: 0 }),
  "several-ingesters-gone": microservices({ ingesters: 6 }),
  "minimum-of-retention-lowered": ops(({ hub }) =>
    merge(hub.tenants["prd"], { minRetentionDays: 90 }),
  ),
  "retention-below-what-was-promised": ops(
    ({ hub }) => (hub.tenants["prd"] = { retentionDays: 30 }),
  ),
  "edge-gone": ops(({ hub }) => delete hub.edges["dev"]),
  "hub-gone": ops((all) => {
    delete (all as Partial<Sections>).hub;
    all.edge["hub"] = { fromStack: "organization/heliograph/other" };
  }),
  "disk-shrunk": metrics({ diskSize: "50Gi" }),
  "storage-class-changed": metrics({ storageClass: "standard" }),
  "bucket-of-logs-changed": store("logs", { bucket: container("logs-2") }),
  "bucket-of-traces-changed": store("traces", { bucket: container("traces-2") }),
  "prefix-of-logs-added": store("logs", { bucket: { ...container("logs"), prefix: "main" } }),
  "schema-moved-into-the-future": store("logs", { schemaFrom: "2026-06-30" }),
  "schema-moved-into-the-past": store("logs", { schemaFrom: "2025-01-31" }),
  "logs-gone": withAll(({ hub }) => delete hub.cells["main"]?.logs),
  "traces-gone": withAll(({ hub }) => delete hub.cells["main"]?.traces),
  "logs-and-traces-to-single": store("logs", { topology: "single" }, "traces"),
  "disks-of-logs-and-traces-shrunk": store("logs", { diskSize: "10Gi" }, "traces"),
  "cell-gone-with-logs-and-traces": () => {
    const recorded = storedBy((all) => {
      eu(all.hub);
      Object.assign(all.hub.cells["eu"]!, { logs: logs("logs"), traces: traces("traces") });
      merge(all.hub.tenants["dev"], { cell: "eu" });
    });
    return [recorded, storedBy(undefined, recorded)];
  },
  "retention-of-logs-and-traces-below-what-was-promised": withAll(
    ({ hub }) => (hub.tenants["prd"] = { retentionDays: 365, minRetentionDays: 180 }),
  ),
  "agent-gone": () => [edge({})()[0], {}],
  "agent-has-another-hub": edge({ gateway: elsewhere }),
  "agent-has-other-labels": edge({ facts: { ...facts, tenant: "customer-a", environment: "prd" } }),
  "buffer-shrunk": edge({ bufferDisk: "10Gi" }),
  "buffer-of-another-class": edge({ storageClass: "standard" }),
};

describe("a change that leaves data behind is refused", () => {
  test.each(Object.entries(cases))("%s", async (name, states) => {
    const changes = strandingChanges(...states());
    const keys = changes.map(({ key }) => key);
    const { rejection } = judge("ops", changes, []);
    await expect(`${rejection}\n`).toMatchFileSnapshot(join(__dirname, "messages", `${name}.txt`));
    for (const key of keys) expect(rejection).toContain(`acceptStranding: ["${key}"]`);
    expect(judge("ops", changes, keys)).toEqual({ rejection: undefined, unused: [] });
    for (const key of keys)
      expect(
        judge(
          "ops",
          changes,
          keys.filter((other) => other !== key),
        ).rejection,
      ).toContain(key);
  });
});

/** Facts of a cell by which it may leave data behind, and what each may become. */
const moves: Readonly<Record<string, [was: object, asked: object]>> = {
  bucket: [{ bucket: "azure contoso/a" }, { bucket: "azure contoso/b" }],
  "bucket.prefix": [
    { bucket: "azure contoso/a", prefix: "" },
    { bucket: "azure contoso/a", prefix: "main" },
  ],
  topology: [{ topology: "microservices" }, { topology: "single" }],
  copies: [{ copies: 3 }, { copies: 1 }],
  ingesters: [{ ingesters: 12 }, { ingesters: 6 }],
  diskSize: [{ diskSize: "100Gi" }, { diskSize: "50Gi" }],
  storageClass: [{ storageClass: "premium" }, { storageClass: "standard" }],
};

/** `metrics` of a cell is the cell itself, as recorded before there was another signal. */
function cellsOf(signal: Signal, facts: object): Stored {
  const main = signal === "metrics" ? facts : { [signal]: facts };
  return { hub: { cells: { main }, tenants: {}, edges: {} } };
}

test.each(
  SIGNALS.flatMap((signal) =>
    Object.entries(moves).map(([fact, states]) => [signal, fact, states] as const),
  ),
)("of each signal the same is refused: %s, %s", (signal, fact, [was, asked]) => {
  const changes = strandingChanges(cellsOf(signal, was), cellsOf(signal, asked));
  expect(changes.map(({ key }) => key)).toEqual([`cells.main.${signal}.${fact}`]);
});

test("docs/stranding.md lists what is refused, and nothing else", () => {
  const text = readFileSync(join(__dirname, "../../docs/stranding.md"), "utf8");
  const listed = [...text.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names = ""]) => {
    const [first = "", ...others] = [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    // A name without a dot stands for the first one's with another ending.
    return [
      first,
      ...others.map((name) => (name.includes(".") ? name : first.replace(/[^.]+$/, name))),
    ];
  });
  const patterns = listed.map((name) => {
    const pattern = name.replaceAll(".", "\\.").replace("<signal>", `(${SIGNALS.join("|")})`);
    return new RegExp(`^${pattern.replace(/<[a-z]+>/, "[^.]+")}$`);
  });
  const refused = Object.values(cases).flatMap((states) =>
    strandingChanges(...states()).map(({ key }) => key),
  );
  expect(refused.filter((key) => !patterns.some((pattern) => pattern.test(key)))).toEqual([]);
  expect(listed.filter((_, index) => !refused.some((key) => patterns[index]?.test(key)))).toEqual(
    [],
  );
});

describe("nothing is left behind by", () => {
  const fine: Readonly<Record<string, () => [Stored, Stored]>> = {
    "no change": ops(() => {}),
    "a larger disk": metrics({ diskSize: "200Gi" }),
    "a shorter retention that nobody relies on": ops(
      ({ hub }) => (hub.tenants["dev"] = { retentionDays: 7 }),
    ),
    "logs and traces of a cell that stored metrics alone": () => [
      storedBy(),
      storedBy(stored, storedBy()),
    ],
    "logs and traces as microservices": () => [
      storedBy((all) => {
        stored(all);
        merge(all.hub.cells["main"]!.logs, { topology: "single" });
        merge(all.hub.cells["main"]!.traces, { topology: "single" });
      }),
      storedBy(stored),
    ],
    "a shorter retention of logs that is still what was promised": withAll(({ hub }) =>
      merge(hub.tenants["prd"], { logRetentionDays: 60, traceRetentionDays: 14 }),
    ),
    "a longer minimum": ops(({ hub }) => merge(hub.tenants["prd"], { minRetentionDays: 200 })),
    "a tenant, a cell or an edge more": ops(({ hub }) => {
      eu(hub);
      hub.tenants["customer-a"] = { retentionDays: 30, cell: "eu" };
      hub.edges["customer-a"] = {
        tenant: "customer-a",
        environment: "prd",
        region: "westeurope",
        request,
      };
    }),
    "an edge revoked": ops(({ hub }) => merge(hub.edges["dev"], { revoked: true })),
    "a waiting edge gone": ops(({ hub }) => delete hub.edges["new"]),
    "a revoked edge gone": () => {
      const recorded = storedBy(({ hub }) => merge(hub.edges["dev"], { revoked: true }));
      return [recorded, storedBy(({ hub }) => delete hub.edges["dev"], recorded)];
    },
    "microservices instead of one process": () =>
      microservices({ topology: "single", copies: 1, ingesters: 1, zones: 0 })().reverse() as [
        Stored,
        Stored,
      ],
    "another name of a tenant": ops(({ hub }) =>
      merge(hub.tenants["dev"], { displayName: "Development" }),
    ),
    "a larger buffer": edge({ bufferDisk: "40Gi" }),
    "whatever a stack does that has nothing recorded": () => [{}, storedBy()],
    "whatever older records do not tell": () => [
      { hub: { cells: { main: {} }, tenants: { dev: {} }, edges: {} } },
      storedBy(),
    ],
  };
  test.each(Object.entries(fine))("%s", (_, states) =>
    expect(strandingChanges(...states())).toEqual([]),
  );
});

test("a tenant that has no edge any more is still one that has data", () => {
  const offboarded = storedBy(({ hub }) => {
    delete hub.edges["dev"];
    delete hub.edges["new"];
  }, storedBy());
  const removed = storedBy(({ hub }) => {
    delete hub.edges["dev"];
    delete hub.edges["new"];
    delete hub.tenants["dev"];
  }, offboarded);
  expect(strandingChanges(offboarded, removed).map(({ key }) => key)).toEqual(["tenants.dev"]);
});

test("an entry that no change needs is named", () => {
  expect(judge("ops", [], ["cells.main.metrics.bucket"]).unused).toEqual([
    "cells.main.metrics.bucket",
  ]);
});
