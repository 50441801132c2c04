import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HubSection } from "../../../src/config/hub-schema";
import type { Settings } from "../../../src/config/schema";
import type { Project } from "../../../src/cli/project";
import { resolveHub } from "../../../components/hub/resolve";
import { noProgress } from "../../../src/cli/ui/progress";
import { edgeView, type EdgeView } from "../../../src/cli/commands/verify/edge";
import { hubView } from "../../../src/cli/commands/verify/hub";
import { type Fleet, unlistedEdge } from "../../../src/cli/commands/verify/fleet";
import { EDGE_COLUMNS, HUB_COLUMNS, show } from "../../../src/cli/commands/verify/table";
import { edgeChecks, hubChecks } from "../../../src/cli/commands/verify/checks/index";
import { type CheckResult, subjectReport } from "../../../src/cli/commands/verify/report";
import { type Verification, verify } from "../../../src/cli/commands/verify/verify";
import { clusterOf, contractOf, entryOf, Servers } from "./fakes";

const servers = new Servers();
afterEach(() => servers.close());

const edges = {
  dev: entryOf("dev"),
  prd: entryOf("prd", { state: "revoked", certificate: undefined }),
  stg: entryOf("stg", { state: "waiting" }),
};
const settings = {
  gateway: { replicas: 2 },
  edges: {},
  tenants: {},
  cells: {},
} as unknown as HubSection;

const model = resolveHub({
  cells: { main: { metrics: {} } },
  tenants: {},
  edges: {},
});

/** A hub whose cluster does not answer, an edge of each state, and one that is nobody's. */
function fleet(): Fleet {
  const hub = hubView("ops", clusterOf(), contractOf(edges));
  const home = (stack: string) => ({
    stack,
    context: stack,
    cluster: () => clusterOf({ secret: async () => undefined }),
  });
  const views: EdgeView[] = Object.entries(edges).map(([name, entry]) =>
    edgeView(name, entry, hub, home(name)),
  );
  const unlisted = {
    name: "qa",
    home: home("test"),
    detail: "it has a stack, but no entry in the inventory of ops",
    next: "npm run up",
  };
  return { hubs: [{ view: hub, settings, model }], edges: views, unlisted: [unlisted] };
}

const run = (...named: string[]) =>
  verify(fleet(), named, { timeoutSeconds: 0, maxAgeSeconds: 60 }, noProgress);

describe("verify, where everything is broken", () => {
  let found: Verification;
  beforeAll(async () => void (found = await run()));

  it("is not well, and says of every hub and edge where it stands", () => {
    expect(found.ok).toBe(false);
    expect(found.hubs.map(({ hub, ok }) => [hub, ok])).toEqual([["ops", false]]);
    expect(found.edges.map(({ edge, state, ok }) => [edge, state, ok])).toEqual([
      ["dev", "signed", false],
      ["prd", "revoked", true],
      ["stg", "waiting", false],
      ["qa", "not listed", false],
    ]);
  });

  it("runs every check of an edge, and tells causes from what follows from them", () => {
    const [dev] = found.edges;
    expect(dev?.checks.map(({ name, status }) => [name, status])).toEqual([
      ["identity", "failed"],
      ["gateway", "not run"],
      ["sample", "failed"],
      ["labels", "failed"],
      ["newest sample", "not run"],
      ["agents", "failed"],
      ["queue", "not run"],
      ["configuration", "not run"],
      ["all tenants", "not run"],
    ]);
  });

  it("gives every failure a next step", () => {
    const failures = [...found.hubs, ...found.edges].flatMap(({ checks }) =>
      checks.filter(({ ok }) => !ok),
    );
    expect(failures.filter(({ next }) => !next)).toEqual([]);
  });

  it("says it in a table, in what is wrong, and in one line", () => {
    const text = stripVTControlCharacters(show(found, 6200));
    const lines = text.split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^prd +revoked +✔ revoked +- +-$/));
    expect(lines).toContainEqual(expect.stringMatching(/^stg +waiting +✖ failed +- +-$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^dev +signed +✖ 2 of 2 failed +✖ 4 of 4 failed +✖ 3 of 3 failed$/),
    );
    expect(text).toContain(`✖ stg: identity
  stg is in the inventory of ops, and waits for its certificate
  next: npm run up -- stg`);
    expect(text).toContain(`✖ qa: identity
  it has a stack, but no entry in the inventory of ops
  next: npm run up`);
    expect(lines.at(-1)).toBe(
      "✖ 1 hub, 4 edges, 18 checks, 17 failed in 6.2 s: hub ops, dev, stg, qa",
    );
  });
});

describe("the table", () => {
  const check = (name: string, brief: string, status: CheckResult["status"] = "passed") => {
    const ok = status === "passed" || status === "warning";
    const next = ok ? {} : { next: "kubectl" };
    return { name, proves: "", ok, status, brief, detail: `${name} is ${status}`, ...next };
  };
  const HUB = [
    check("inventory", "4 edges"),
    check("gateway pods", "2 ready"),
    check("gateway certificate", "364 days"),
    check("gateway configuration", "968db439"),
    check("limits", "4 tenants"),
    check("alerts", "14 rules"),
    check("data sources", "15 data sources"),
  ];
  const EDGE = [
    check("identity", "364 days"),
    check("gateway", "2 pods"),
    check("sample", "4.7 s"),
    check("labels", "15270 series"),
    check("newest sample", "2 s"),
    check("agents", "1 ready"),
    check("queue", "1 s"),
    check("configuration", "c0549a02"),
    check("all tenants", "9 targets"),
    check("log line", "4.7 s"),
    check("newest line", "0 s"),
    check("trace", "4.7 s"),
    check("collectors", "2 ready"),
    check("collector queue", "0 s"),
    check("correlation", "4 lines"),
  ];
  const verification = (checks: readonly CheckResult[], names = ["dev"]): Verification => {
    const edges = names.map((edge) => ({
      edge,
      state: "signed" as const,
      ...subjectReport(checks),
    }));
    const hubs = [{ hub: "ops", ...subjectReport(HUB) }];
    return { ok: edges.every(({ ok }) => ok), hubs, edges };
  };
  const shown = (found: Verification, details = false) =>
    stripVTControlCharacters(show(found, 12_000, details));
  const withChecks = (...changed: CheckResult[]) =>
    EDGE.map((each) => changed.find(({ name }) => name === each.name) ?? each);

  it("has a column for each signal, with the figures that matter", () => {
    expect(shown(verification(EDGE))).toBe(
      `hub  inventory  gateway              limits       alerts      queries
ops  ✔ 4 edges  ✔ 2 ready, 364 days  ✔ 4 tenants  ✔ 14 rules  ✔ 15 data sources

edge  access      metrics                  logs       traces   agents
dev   ✔ 364 days  ✔ 15270 series, 2 s old  ✔ 0 s old  ✔ 4.7 s  ✔ 1 ready, 1 s behind

✔ 1 hub, 1 edge, 22 checks: all is well in 12 s`,
    );
  });

  it("shows what is wrong below it, and that alone", () => {
    const late = check("queue", "failed", "failed");
    const old = check("newest sample", "6 days", "warning");
    const text = shown(verification(withChecks(late, old)));
    expect(text).toMatch(/^dev +✔ 364 days +! 6 days +✔ 0 s old +✔ 4.7 s +✖ 1 of 5 failed$/m);
    expect(text).toContain("✖ dev: queue\n  queue is failed\n  next: kubectl");
    expect(text).not.toContain("correlation");
  });

  it("shows every check where details are asked for", () => {
    const text = shown(verification(EDGE), true);
    for (const { name, detail } of [...HUB, ...EDGE])
      expect(text).toMatch(new RegExp(`^  ✔ ${name} +${detail}$`, "m"));
  });

  it("has a column for every check that there is", () => {
    const entry = entryOf("dev", { signals: ["metrics", "logs", "traces"], query: "q" } as never);
    const buckets = { stack: "ops", find: async () => [] };
    const home = {
      stack: "dev",
      context: "dev",
      retentionDays: [1, 2, 3] as const,
      buckets,
      cluster: () => clusterOf(),
    };
    const hub = hubView("ops", clusterOf(), contractOf({ dev: entry }));
    const all = { ...settings, globalQuery: {}, grafana: {} } as unknown as HubSection;
    const states = (["signed", "waiting", "revoked"] as const).map((state) =>
      edgeView("dev", { ...entry, state } as typeof entry, hub, home),
    );
    const columnsOf = (columns: typeof EDGE_COLUMNS) => columns.flatMap(({ checks }) => checks);
    for (const { name } of states.flatMap((edge) => edgeChecks(edge, 60)))
      expect(columnsOf(EDGE_COLUMNS)).toContain(name);
    for (const { name } of hubChecks({ view: hub, settings: all, model, buckets }))
      expect(columnsOf(HUB_COLUMNS)).toContain(name);
  });

  it("fits into 100 columns, with fewer figures where names are long", () => {
    const names = ["dev", "production-of-the-customer-in-uaenorth-1"];
    const widths = (checks: readonly CheckResult[]) =>
      shown(verification(checks, names), true)
        .split("\n")
        .map(({ length }) => length);
    const long = "a word and another ".repeat(20);
    expect(Math.max(...widths(EDGE))).toBeLessThanOrEqual(100);
    expect(
      Math.max(...widths(withChecks({ ...check("queue", "", "failed"), detail: long }))),
    ).toBeLessThanOrEqual(100);
  });
});

describe("an edge that is in no inventory", () => {
  const why = (hub?: { fromStack: string }) => {
    const settings = { edge: { name: "qa", hub } } as unknown as Settings;
    const project: Project = { folder: "", stacks: ["ops", "test"], settings: () => settings };
    return unlistedEdge(project, "qa", {
      stack: "test",
      context: "test",
      cluster: () => clusterOf(),
    }).detail;
  };

  it("is told why", () => {
    expect(why({ fromStack: "organization/heliograph/ops" })).toBe(
      "it has a stack, but no entry in the inventory of ops",
    );
    expect(why({ fromStack: "acme/heliograph/eu" })).toBe(
      "its hub, acme/heliograph/eu, is not in this project",
    );
    expect(why()).toBe("it has no hub");
  });
});

describe("naming edges", () => {
  it("verifies these, and the hub that they write to", async () => {
    const { hubs, edges } = await run("prd");
    expect([hubs.map(({ hub }) => hub), edges.map(({ edge }) => edge)]).toEqual([["ops"], ["prd"]]);
  });

  it("goes by the name of a stack, too", async () => {
    const { edges } = await run("test");
    expect(edges.map(({ edge }) => edge)).toEqual(["qa"]);
  });

  it("refuses a name that nobody has", async () => {
    await expect(run("prod")).rejects.toThrow(
      "No edge prod, neither in an inventory nor in a stack file. Edges: dev, prd, stg, qa",
    );
  });
});
