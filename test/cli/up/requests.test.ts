/** Proves: requests get into a stack file and nothing else of it changes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withRequests } from "../../../src/cli/commands/up/requests";
import { parsed } from "../../support/yaml";

const PEM = "-----BEGIN CERTIFICATE REQUEST-----\nMIH\n-----END CERTIFICATE REQUEST-----\n";
const FILE = `# schema
config:
  # the hub
  heliograph:hub:
    addresses: [10.0.0.1]   # as written
    edges:
      # before dev
      dev: { tenant: dev, labels: {a: 1} } # behind dev
      # before stg

      stg:
        # inside stg
        tenant: stg   # why
        request: former
        outage: 6h
      # before prd
      prd:
        tenant: prd

  heliograph:edge: { name: ops }
encryptionsalt: v1:abc
`;

describe("withRequests", () => {
  it("writes blocks, and leaves every other line as it was", () => {
    expect(withRequests(FILE, { dev: PEM, stg: PEM, prd: PEM })).toBe(`# schema
config:
  # the hub
  heliograph:hub:
    addresses: [10.0.0.1]   # as written
    edges:
      # before dev
      dev:
        # behind dev
        tenant: dev
        labels: { a: 1 }
        request: |
          -----BEGIN CERTIFICATE REQUEST-----
          MIH
          -----END CERTIFICATE REQUEST-----
      # before stg

      stg:
        # inside stg
        tenant: stg # why
        request: |
          -----BEGIN CERTIFICATE REQUEST-----
          MIH
          -----END CERTIFICATE REQUEST-----
        outage: 6h
      # before prd
      prd:
        tenant: prd
        request: |
          -----BEGIN CERTIFICATE REQUEST-----
          MIH
          -----END CERTIFICATE REQUEST-----

  heliograph:edge: { name: ops }
encryptionsalt: v1:abc
`);
  });

  it("changes nothing the second time", () => {
    const once = withRequests(FILE, { dev: PEM, stg: PEM });
    expect(withRequests(once, { dev: PEM, stg: PEM })).toBe(once);
  });

  it("works on a file without a last line break", () => {
    const file = "config:\n  heliograph:hub:\n    edges:\n      dev: { tenant: dev }";
    expect(parsed(withRequests(file, { dev: PEM })).config["heliograph:hub"].edges.dev).toEqual({
      tenant: "dev",
      request: PEM,
    });
  });

  it("refuses an edge that has no entry", () => {
    expect(() => withRequests(FILE, { nobody: PEM })).toThrow(
      "no heliograph:hub.edges.nobody in the stack file",
    );
  });

  it("gives back each request as it was, whatever the order", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(["dev", "stg", "prd"]),
        fc.array(fc.stringMatching(/^[\w+/=-]{1,64}$/)),
        (names, body) => {
          const requests = Object.fromEntries(
            names.map((name) => [name, ["-----BEGIN", ...body, name, ""].join("\n")]),
          );
          const { config, ...rest } = parsed(withRequests(FILE, requests));
          const before = parsed(FILE);
          expect(rest).toEqual({ encryptionsalt: before.encryptionsalt });
          for (const name of names)
            before.config["heliograph:hub"].edges[name].request = requests[name];
          expect(config).toEqual(before.config);
        },
      ),
      { numRuns: 30 },
    );
  });
});
