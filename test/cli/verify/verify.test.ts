import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HubSection } from "../../../src/config/hub-schema";
import type { Settings } from "../../../src/config/schema";
import type { Project } from "../../../src/cli/project";
import { noProgress } from "../../../src/cli/ui/progress";
import { edgeView, hubView, type EdgeView } from "../../../src/cli/commands/verify/fleet";
import { strayOf, type Fleet } from "../../../src/cli/commands/verify/open";
import { show } from "../../../src/cli/commands/verify/show";
import { verify, type Verification } from "../../../src/cli/commands/verify/verify";
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
  const stray = {
    name: "qa",
    home: home("test"),
    detail: "it has a stack, but no entry in the inventory of ops",
    next: "npm run up",
  };
  return { hubs: [{ view: hub, settings }], edges: views, strays: [stray] };
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
    expect(lines).toContainEqual(expect.stringMatching(/^prd +revoked +- +✔ revoked +-/));
    expect(lines).toContainEqual(expect.stringMatching(/^stg +waiting +✖ failed +-/));
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

describe("an edge that is in no inventory", () => {
  const why = (hub?: { fromStack: string }) => {
    const settings = { edge: { name: "qa", hub } } as unknown as Settings;
    const project: Project = { folder: "", stacks: ["ops", "test"], settings: () => settings };
    return strayOf(project, "qa", { stack: "test", context: "test", cluster: () => clusterOf() })
      .detail;
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
