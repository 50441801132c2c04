/**
 * Proves: what people and machines read in a preview. Does not prove: that the engine's plan is
 * right.
 */
import { stripVTControlCharacters } from "node:util";
import type { OpType } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import { previewAsData, showPreview, type Preview } from "../../../src/cli/commands/preview/report";
import { fold, NO_EVENTS } from "../../../src/cli/engine/events";

const NOW = new Date("2026-06-01T00:00:00Z");

interface Planned {
  readonly op: OpType;
  readonly name: string;
  readonly before?: object;
  readonly after?: object;
  readonly keys?: string[];
}

function preview(planned: readonly Planned[], more: Partial<Preview> = {}): Preview {
  const operation = planned.reduce((sofar, { op, name, before = {}, after = {}, keys }) => {
    const type = "kubernetes:core/v1:ConfigMap";
    const urn = `urn:pulumi:dev::heliograph::${type}::${name}`;
    const state = (inputs: object) => ({
      type,
      urn,
      id: "",
      parent: "",
      inputs,
      outputs: {},
      provider: "",
    });
    const metadata = {
      op,
      urn,
      type,
      provider: "",
      old: state(before),
      new: state(after),
      ...(keys && { keys }),
    };
    const begun = fold(sofar, { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } });
    return fold(begun, { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
  }, NO_EVENTS);
  return { stack: "dev", exists: true, operation, certificates: [], ...more };
}

function lines(shown: Preview, diff = false): string[] {
  return stripVTControlCharacters(showPreview(shown, diff, NOW)).split("\n");
}

describe("the series of an edge", () => {
  const series = { expected: { kubelet: 22_000, annotated: 75_000 }, activeSeries: 200_000 };
  const shown = (outputs: object) => {
    const urn = "urn:pulumi:dev::heliograph::pulumi:pulumi:Stack::heliograph-dev";
    const type = "pulumi:pulumi:Stack";
    const state = { type, urn, id: "", parent: "", inputs: {}, outputs, provider: "" };
    const metadata = { op: "same" as const, urn, type, provider: "", new: state };
    const operation = fold(NO_EVENTS, { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
    return { stack: "dev", exists: true, operation, certificates: [] };
  };

  it("are told as the program shows them", () => {
    expect(lines(shown({ series }))).toContain(
      "  series expected: 97,000 of 200,000 (kubelet 22,000, annotated 75,000)",
    );
    expect(previewAsData(shown({ series }), NOW)).toMatchObject({ series });
  });

  it("are not told where they are not known yet, or where there is no edge", () => {
    for (const outputs of [{}, { series: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }])
      expect(lines(shown(outputs)).join()).not.toContain("series");
  });
});

describe("showPreview", () => {
  it("puts what is lost first, in capitals, and numbers in their order", () => {
    const planned: Planned[] = [
      { op: "create", name: "new" },
      {
        op: "update",
        name: "map-10",
        before: { data: { a: "1", b: "x" } },
        after: { data: { a: "2", b: "x" } },
      },
      { op: "update", name: "map-9", before: { data: {} }, after: { data: { c: "1" } } },
      { op: "replace", name: "disk", keys: ["spec.size"] },
      { op: "delete", name: "old" },
      { op: "same", name: "still" },
    ];
    expect(lines(preview(planned))).toEqual([
      "dev  1 created, 2 changed, 1 REPLACED, 1 DELETED, 1 unchanged",
      "  DELETED   ConfigMap old",
      "  REPLACED  ConfigMap disk  because of spec.size",
      "  changed   ConfigMap map-9  data.c",
      "  changed   ConfigMap map-10  data.a",
      "  created   ConfigMap new",
    ]);
  });

  it("counts by kind what is created in numbers", () => {
    const planned = Array.from({ length: 13 }, (_, index): Planned => ({
      op: "create",
      name: `map-${index}`,
    }));
    expect(lines(preview(planned, { exists: false }))).toEqual([
      "dev  13 created, 0 unchanged  (this stack does not exist yet)",
      "  created   13 ConfigMap",
    ]);
  });

  it("shows properties with --diff", () => {
    const before = { data: { text: "one\ntwo\nthree\n", gone: 1, "with.dot": [1, 2] } };
    const after = { data: { text: "one\n2\nthree\n", come: true, "with.dot": [1, 3] } };
    expect(lines(preview([{ op: "update", name: "map", before, after }]), true)).toEqual([
      "dev  1 changed, 0 unchanged",
      "  changed   ConfigMap map",
      "      data.text:",
      "      - two",
      "      + 2",
      "      - data.gone: 1",
      '      data["with.dot"][1]: 2 → 3',
      "      + data.come: true",
    ]);
  });

  it("says when a value is not known yet", () => {
    const after = { data: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    expect(
      lines(preview([{ op: "update", name: "map", before: { data: "a" }, after }]), true),
    ).toContain('      data: "a" → (known after up)');
  });

  it("shows the days left of gateway, CA and edges in a line, and what ends soon in its own", () => {
    const certificates = [
      { name: "pki-ca-1", validUntil: new Date("2027-03-01") },
      { name: "pki-gateway", validUntil: new Date("2026-08-01") },
      { name: "pki-edge-stg", validUntil: new Date("2027-05-01") },
      { name: "pki-edge-dev", validUntil: new Date("2027-05-01") },
    ];
    expect(lines(preview([], { certificates }))).toEqual([
      "dev  no changes, 0 unchanged",
      "  certificates  61 days: gateway; 273 days: CA 1; 334 days: dev, stg",
      "  certificate pki-gateway: 61 days left; the next up renews it",
      "  CA 1: 273 days left, certificates would outlive it: docs/certificates.md",
    ]);
    const policy = { days: 30, renewBeforeDays: 30 };
    expect(lines(preview([], { certificates, policy, rotation: ["CA, phase 1 of 3"] }))).toEqual([
      "dev  no changes, 0 unchanged",
      "  CA, phase 1 of 3",
      "  certificates  61 days: gateway; 273 days: CA 1; 334 days: dev, stg",
    ]);
  });

  it("names certificates that end soon, and only those", () => {
    const certificates = [
      { name: "far", validUntil: new Date("2027-06-01") },
      { name: "near", validUntil: new Date("2026-06-11") },
      { name: "past", validUntil: new Date("2026-05-01") },
    ];
    expect(lines(preview([], { certificates }))).toEqual([
      "dev  no changes, 0 unchanged",
      "  certificate past has expired",
      "  certificate near: 10 days left; the next up renews it",
    ]);
  });
});

describe("previewAsData", () => {
  it("holds the same for machines", () => {
    const planned: Planned[] = [
      { op: "update", name: "map", before: { data: 1 }, after: { data: 2 } },
    ];
    const certificates = [{ name: "near", validUntil: new Date("2026-06-11") }];
    expect(previewAsData(preview(planned, { certificates }), NOW)).toEqual({
      stack: "dev",
      exists: true,
      created: [],
      changed: [
        {
          urn: "urn:pulumi:dev::heliograph::kubernetes:core/v1:ConfigMap::map",
          properties: ["data"],
        },
      ],
      replaced: [],
      deleted: [],
      unchanged: 0,
      warnings: [],
      rotation: [],
      certificates: [{ name: "near", daysLeft: 10 }],
    });
  });
});
