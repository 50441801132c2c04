/**
 * Proves: the order in which an edge goes, that what it has not sent goes first where that is
 * wanted, and what the receipt says. Does not prove: that a gateway refuses it and a cluster is
 * empty afterwards; the lab's scenario `onboard` does.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drain, unsentOf } from "../../../src/cli/commands/offboard/unsent";
import { type Offboarding, takeOut } from "../../../src/cli/commands/offboard/offboard";
import { expiry, type Receipt, showReceipt } from "../../../src/cli/commands/offboard/receipt";
import { findLeavingEdge } from "../../../src/cli/commands/offboard/leaving-edge";
import { openProject } from "../../../src/cli/project";
import { plainProgress } from "../../../src/cli/ui/progress";
import { indent } from "../../../src/cli/ui/text";
import { edgeView, type EdgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { authority } from "../../programs/support/certificates";
import { makeRequest } from "../../support/requests";
import { Backend } from "../up/backend";
import { clusterOf, contractOf, entryOf, Servers } from "../verify/fakes";
import { parsed } from "../../support/yaml";

const HUB = `config:
  heliograph:cluster: { context: ops }
  heliograph:hub:
    gateway: { host: hub }
    cells:
      main:
        region: r
        metrics: { bucket: { provider: s3, existing: { bucket: metrics, region: me-central-1, podIdentity: true } } }
    tenants: { t: { retentionDays: 7 } }
    edges:
      dev: { tenant: t, environment: dev, region: r }
      qa: # the one that goes
        tenant: t
        environment: stg
        region: r
        request: |
REQUEST
  heliograph:edge: { name: ops }
`;
const QA = `config:
  heliograph:cluster: { context: qa }
  heliograph:edge: { name: qa, hub: { fromStack: organization/heliograph/ops } }
`;
const NEWEST = Date.UTC(2026, 10, 21, 12, 30) / 1000;

const servers = new Servers();
let folder: string;
let backend: Backend;
/** What the agent has scraped, and what it has sent, each time it is asked. */
let scraped: number;
let sent: () => number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "offboard-test-"));
  backend = new Backend(folder);
  const request = indent((await makeRequest({ subject: "CN=qa" })).trimEnd(), " ".repeat(10));
  const file = HUB.replace("REQUEST", request).replace("  heliograph:edge: { name: ops }\n", "");
  writeFileSync(join(folder, "Pulumi.ops.yaml"), file);
  writeFileSync(join(folder, "Pulumi.qa.yaml"), QA);
  scraped = NEWEST;
  sent = () => NEWEST - 5;
});
afterEach(() => {
  servers.close();
  rmSync(folder, { recursive: true });
});

async function edge(): Promise<EdgeView> {
  const mimir = await servers.mimir(() => [{ labels: {}, value: NEWEST }]);
  const { cert } = await (await authority("hub")).issue("CN=qa");
  const entry = entryOf("t", { certificate: cert });
  const hub = {
    ...hubView("ops", clusterOf(), contractOf({ qa: entry })),
    metrics: async () => mimir,
  };
  const metric = (name: string, value: number) => `prometheus_remote_storage_${name} ${value}\n`;
  const endpoint = await servers.texts({
    get "/metrics"() {
      return (
        metric("highest_timestamp_in_seconds", scraped) +
        metric("queue_highest_sent_timestamp_seconds{}", sent()) +
        metric("samples_pending{}", 7)
      );
    },
  });
  return {
    ...edgeView("qa", entry, hub, undefined),
    agents: async () => [{ name: "a", endpoint, runningSince: new Date(0) }],
  };
}

async function work(
  options: Partial<Offboarding["options"]> = {},
  refused = true,
): Promise<Offboarding> {
  const project = openProject(folder);
  const check = {
    name: "gateway",
    proves: "",
    ok: refused,
    brief: "",
    detail: "revoked: 2 pods refuse it",
  };
  const status = refused ? ("passed" as const) : ("failed" as const);
  return {
    project,
    subject: findLeavingEdge(project, "qa"),
    view: await edge(),
    workspaces: backend.workspaces,
    gate: async ({ edges }) => {
      backend.updates.push(`verify ${edges.join()}`);
      const checks = [{ ...check, status }];
      return {
        ok: refused,
        hubs: [],
        edges: [{ edge: "qa", state: "revoked", ok: refused, checks }],
      };
    },
    progress: plainProgress(() => {}),
    signal: new AbortController().signal,
    options: { yes: true, json: false, resume: false, clusterGone: false, ...options },
  };
}

const entryInFile = () =>
  parsed(readFileSync(join(folder, "Pulumi.ops.yaml"), "utf8")).config["heliograph:hub"].edges.qa;
const withStack = async () => (await backend.workspaces.stack("qa")).up({});

describe("an edge that goes", () => {
  it("is shut out before anything of it is destroyed, and stays in the inventory", async () => {
    await withStack();
    backend.updates.length = 0;
    const receipt = await takeOut(await work());
    expect(backend.updates).toEqual(["ops", "verify qa", "destroy qa", "remove qa", "ops"]);
    expect(entryInFile()).toEqual({ tenant: "t", environment: "stg", region: "r", revoked: true });
    expect(readFileSync(join(folder, "Pulumi.ops.yaml"), "utf8")).toContain("# the one that goes");
    expect(existsSync(join(folder, "Pulumi.qa.yaml"))).toBe(false);
    expect(receipt).toMatchObject({
      edge: "qa",
      revoked: "revoked: 2 pods refuse it",
      certificateValidUntil: expect.stringMatching(/^20\d\d-/),
      destroyed: { stack: "qa", how: "destroyed" },
      notSent: { seconds: 5 },
      newestSample: "2026-11-21T12:30:00.000Z",
      dataExpires: "2026-11-28T12:30:00.000Z",
      tenantSharedWith: ["dev"],
    });
  });

  it("is not destroyed while a gateway takes its certificate", async () => {
    await withStack();
    backend.updates.length = 0;
    await expect(takeOut(await work({}, false))).rejects.toThrow("revoked: 2 pods refuse it");
    expect(backend.updates).toEqual(["ops", "verify qa"]);
    expect(entryInFile()).toMatchObject({ revoked: true, request: expect.any(String) });
  });

  it("sends what it has first, where that is wanted: nothing is revoked before", async () => {
    sent = () => NEWEST - 300;
    await expect(takeOut(await work({ drain: 0 }))).rejects.toThrow(
      /not sent everything after .*: 5 min 10 s to go/,
    );
    expect(backend.updates).toEqual([]);
    expect(entryInFile()).not.toHaveProperty("revoked");
  });

  it("goes on where it stopped", async () => {
    await takeOut(await work());
    backend.updates.length = 0;
    const receipt = await takeOut({
      ...(await work()),
      subject: findLeavingEdge(openProject(folder), "qa"),
    });
    expect(backend.updates).toEqual(["ops", "verify qa", "ops"]);
    expect(receipt).toMatchObject({ destroyed: null, commit: ["Pulumi.ops.yaml (changed)"] });
  });

  it("is forgotten where its cluster does not exist any more", async () => {
    await withStack();
    backend.updates.length = 0;
    const receipt = await takeOut(await work({ clusterGone: true }));
    expect(backend.updates).toEqual(["ops", "verify qa", "forget qa", "ops"]);
    expect(receipt.destroyed).toEqual({ stack: "qa", resources: 1, how: "forgotten" });
  });
});

describe("drain", () => {
  const options = (told: string[] = []) => ({
    tell: (text: string) => void told.push(text),
    signal: new AbortController().signal,
    everyMilliseconds: 1,
  });

  it("waits until everything that was scraped at its start has left every shard", async () => {
    const told: string[] = [];
    let at = NEWEST - 300;
    sent = () => (at += 100);
    await drain(await edge(), 60, options(told));
    expect(told).toEqual(["110 s to go", "10 s to go"]);
    expect(at).toBeGreaterThanOrEqual(NEWEST + 10);
  });

  it("has nothing to wait for where nothing was scraped", async () => {
    scraped = 0;
    sent = () => 0;
    await drain(await edge(), 60, options());
    expect(await unsentOf(await edge())).toEqual({ seconds: 0 });
  });
});

describe("unsentOf", () => {
  it("says why nobody knows", async () => {
    sent = () => 0;
    expect(await unsentOf(await edge())).toEqual({
      unknown: "an agent has not sent anything since it was started",
    });
    const gone = {
      ...(await edge()),
      agents: () => Promise.reject(new Error("cluster qa cannot be reached")),
    };
    expect(await unsentOf(gone)).toEqual({ unknown: "cluster qa cannot be reached" });
  });
});

describe("findLeavingEdge", () => {
  it("knows the edge by its name in the inventory, with its stack or without", () => {
    expect(findLeavingEdge(openProject(folder), "qa")).toMatchObject({
      hub: "ops",
      stack: "qa",
      retentionDays: 7,
    });
    expect(findLeavingEdge(openProject(folder), "dev")).toMatchObject({
      stack: undefined,
      mates: ["qa"],
    });
  });

  it("refuses what is not there, and the hub's own edge", () => {
    expect(() => findLeavingEdge(openProject(folder), "q")).toThrow(
      "No edge q in an inventory; there are: dev, qa.",
    );
    writeFileSync(
      join(folder, "Pulumi.ops.yaml"),
      HUB.replace("dev: {", "ops: {").replace(/ +request[^]*REQUEST\n/, ""),
    );
    expect(() => findLeavingEdge(openProject(folder), "ops")).toThrow(
      "ops is the own edge of hub ops",
    );
  });
});

describe("the receipt", () => {
  const receipt: Receipt = {
    edge: "qa",
    hub: "ops",
    tenant: "qa",
    cell: "main",
    revoked: "revoked: 2 pods of the gateway refuse its certificate",
    certificateValidUntil: "2027-11-21T12:00:00.000Z",
    destroyed: { stack: "qa", resources: 23, how: "destroyed" },
    notSent: { seconds: 4.2 },
    newestSample: "2026-11-21T12:30:00.000Z",
    retentionDays: 7,
    dataExpires: "2026-11-28T12:30:00.000Z",
    tenantSharedWith: [],
    commit: ["Pulumi.ops.yaml (changed)", "Pulumi.qa.yaml (removed)"],
  };

  it("says what became of the edge, what remains and until when, and what to do", () => {
    expect(showReceipt(receipt, "48 s")).toBe(`Edge qa is removed, after 48 s.

  access     revoked: 2 pods of the gateway refuse its certificate
             its certificate ends on 2027-11-21, and is rejected
  destroyed  stack qa, 23 resources
  not sent   what was scraped in the last 4 seconds
  remains    its metrics in tenant qa, the newest of 2026-11-21 12:30 UTC
             kept for 7 days, until 2026-11-28
             its entry in the inventory of ops, revoked
             from 2026-11-28 on, edges.qa and tenants.qa may be removed
  commit     Pulumi.ops.yaml (changed), Pulumi.qa.yaml (removed)`);
  });

  it("leaves a tenant alone that others write into", () => {
    const shared = showReceipt(
      { ...receipt, tenantSharedWith: ["dev", "stg"], destroyed: null },
      "9 s",
    );
    expect(shared).toContain("tenant qa itself, which dev, stg write into");
    expect(shared).toContain("from 2026-11-28 on, edges.qa may be removed");
    expect(shared).toContain("nothing: it had no stack here");
  });

  it("counts from today where nobody knows the newest sample", () => {
    expect(expiry(undefined, 7, new Date("2026-11-21T00:00:00Z")).toISOString()).toBe(
      "2026-11-28T00:00:00.000Z",
    );
  });
});
