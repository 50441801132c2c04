/** Proves: an entry gets into a stack file, or is changed there, and no other byte of it moves. */
import { describe, expect, it } from "vitest";
import { withChangedEntry, withEntry } from "../../src/config/edit";
import { parsed } from "../support/yaml";

const FILE = `# schema
config:
  heliograph:hub:
    tenants:
      dev: { retentionDays: 30 }   # as written
      # before stg
      stg: { retentionDays: 30 }
    # the inventory
    edges:
      dev: { tenant: dev } # behind dev
      stg:
        tenant: stg
        request: |
          -----BEGIN CERTIFICATE REQUEST-----
          MIH
          -----END CERTIFICATE REQUEST-----

  heliograph:edge: { name: ops }
encryptionsalt: v1:abc
`;
const qa = { tenant: "qa", environment: "stg", activeSeries: 20_000, outage: "6h" };
const hubOf = (text: string) => parsed(text).config["heliograph:hub"];
/** Lines of the one that the other does not have. */
const added = (before: string, after: string) =>
  after.split("\n").filter((line) => !before.split("\n").includes(line));

describe("withEntry", () => {
  it("adds a line behind the last entry, whatever that looks like", () => {
    const once = withEntry(FILE, "tenants", "qa", { retentionDays: 7 });
    const twice = withEntry(once, "edges", "qa", qa);
    expect(added(FILE, twice)).toEqual([
      "      qa: { retentionDays: 7 }",
      "      qa: { tenant: qa, environment: stg, activeSeries: 20000, outage: 6h }",
    ]);
    expect(added(twice, FILE)).toEqual([]);
    expect(hubOf(twice)).toEqual({
      tenants: { ...hubOf(FILE).tenants, qa: { retentionDays: 7 } },
      edges: { ...hubOf(FILE).edges, qa },
    });
    expect(twice).toMatch(
      /stg: \{ retentionDays: 30 \}\n {6}qa: \{ retentionDays: 7 \}\n {4}# the inventory/,
    );
  });

  it("adds to the end of a file without a last line break", () => {
    const text = "config:\n  heliograph:hub:\n    edges:\n      dev: { tenant: dev }";
    expect(withEntry(text, "edges", "qa", { tenant: "qa" })).toBe(
      `${text}\n      qa: { tenant: qa }\n`,
    );
  });

  it.each([
    ["none", ""],
    ["nothing", "    edges:\n"],
    ["an empty one", "    edges: {}\n"],
    ["one in a line", "    edges: { dev: { tenant: dev } }\n"],
  ])("makes the list where there is %s", (_, edges) => {
    const text = `config:\n  # kept\n  heliograph:hub:\n    tenants: {}\n${edges}`;
    const changed = withEntry(text, "edges", "qa", { tenant: "qa" });
    expect(hubOf(changed).edges).toEqual({ ...(hubOf(text).edges ?? {}), qa: { tenant: "qa" } });
    expect(changed).toContain("# kept");
  });
});

describe("withChangedEntry", () => {
  it("writes that entry anew, and leaves every other line as it was", () => {
    const changed = withChangedEntry(FILE, "edges", "stg", (entry) => {
      entry.set("revoked", true);
      entry.delete("request");
    });
    expect(added(FILE, changed)).toEqual(["        revoked: true"]);
    expect(hubOf(changed).edges.stg).toEqual({ tenant: "stg", revoked: true });
  });

  it("says which entry there is not", () => {
    expect(() => withChangedEntry(FILE, "edges", "qa", () => {})).toThrow(
      "no heliograph:hub.edges.qa",
    );
  });
});
