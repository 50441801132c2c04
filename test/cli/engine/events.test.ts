/**
 * Proves: what the engine tells becomes the right summary. The shapes are those that Pulumi 3.246
 * was seen to send. Does not prove: that later versions send the same.
 */
import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import { describe, expect, it } from "vitest";
import {
  countDone,
  fold,
  NO_EVENTS,
  resourceName,
  type Operation,
} from "../../../src/cli/engine/events";

const URN =
  "urn:pulumi:dev::heliograph::heliograph:index:EdgeAgent$kubernetes:apps/v1:StatefulSet::edge-agent";
const ROOT = "urn:pulumi:dev::heliograph::pulumi:pulumi:Stack::heliograph-dev";

type Body = Omit<EngineEvent, "sequence" | "timestamp">;

function foldAll(...bodies: readonly Body[]): Operation {
  return bodies.reduce(
    (operation, body, index) =>
      fold(operation, { sequence: index, timestamp: 100 + index, ...body }),
    NO_EVENTS,
  );
}

function step(op: OpType, urn = URN, more: Partial<StepEventMetadata> = {}) {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  return { metadata: { op, urn, type, provider: "", ...more } };
}

const begins = (...of: Parameters<typeof step>): Body => ({ resourcePreEvent: step(...of) });
const ends = (...of: Parameters<typeof step>): Body => ({ resOutputsEvent: step(...of) });
const fails = (op: OpType): Body => ({ resOpFailedEvent: { ...step(op), status: 0, steps: 1 } });
const says = (
  severity: "info" | "warning" | "error",
  message: string,
  more: object = {},
): Body => ({
  diagnosticEvent: { message, severity, color: "never", ...more },
});

function changes(operation: Operation): string[] {
  return [...operation.changes.values()].map(({ change, urn }) => `${change} ${resourceName(urn)}`);
}

describe("fold", () => {
  it("tells what is done from what is under way", () => {
    const started = foldAll(begins("create"));
    expect(changes(started)).toEqual(["created StatefulSet edge-agent"]);
    expect([...started.awaited.values()]).toEqual([{ urn: URN, since: 100, status: "" }]);
    expect(countDone(started, "created")).toBe(0);

    const done = foldAll(begins("create"), ends("create"));
    expect(done.awaited.size).toBe(0);
    expect(countDone(done, "created")).toBe(1);
  });

  it("counts the three steps of a replacement as one, and keeps the properties that cause it", () => {
    const replaced = foldAll(
      begins("create-replacement", URN, { keys: ["spec.serviceName"] }),
      begins("replace", URN, { keys: ["spec.serviceName"] }),
      begins("delete-replaced"),
    );
    expect(changes(replaced)).toEqual(["replaced StatefulSet edge-agent"]);
    expect(replaced.changes.get(URN)?.step.keys).toEqual(["spec.serviceName"]);
  });

  it("takes what is unchanged as done, and the stack itself as nothing", () => {
    const operation = foldAll(
      begins("same"),
      ends("same"),
      begins("create", ROOT),
      ends("create", ROOT),
    );
    expect([changes(operation), [...operation.done]]).toEqual([[], [URN]]);
  });

  it("takes what a refresh has found as a change, which it tells when it has looked", () => {
    expect(changes(foldAll(begins("refresh")))).toEqual([]);
    expect(changes(foldAll(begins("refresh"), ends("same")))).toEqual([]);
    expect(changes(foldAll(begins("refresh"), ends("update")))).toEqual([
      "changed StatefulSet edge-agent",
    ]);
    expect(changes(foldAll(begins("refresh"), ends("delete")))).toEqual([
      "deleted StatefulSet edge-agent",
    ]);
  });

  it("does not count what failed", () => {
    const operation = foldAll(begins("update"), fails("update"));
    expect(operation.failed).toEqual([URN]);
    expect(countDone(operation, "changed")).toBe(0);
  });

  it("keeps the last thing said of a resource that is awaited", () => {
    const operation = foldAll(
      begins("create"),
      says("info", "0 of 1 ready", { urn: URN, ephemeral: true }),
      says("info", "1 of 1 ready", { urn: URN, ephemeral: true }),
    );
    expect(operation.awaited.get(URN)?.status).toBe("1 of 1 ready");
  });

  it("keeps errors whole, once, without marks for colours", () => {
    const message = "<{%fg 1%}>refused<{%reset%}>:\n  because\n";
    const operation = foldAll(
      says("error", message, { urn: URN }),
      says("error", message, { urn: ROOT }),
    );
    expect(operation.errors).toEqual([{ urn: URN, message: "refused:\n  because" }]);
  });

  it("leaves out that plugins were found on the PATH, where somebody has put them", () => {
    const operation = foldAll(
      says("warning", "using pulumi-resource-tls from $PATH at /x"),
      says("warning", "mind the gap"),
    );
    expect(operation.warnings.map(({ message }) => message)).toEqual(["mind the gap"]);
  });
});

describe("resourceName", () => {
  it("names kind and resource", () => {
    expect(resourceName(URN)).toBe("StatefulSet edge-agent");
    expect(resourceName("urn:pulumi:dev::heliograph::pulumi:providers:tls::default_5_6_1")).toBe(
      "Provider tls default_5_6_1",
    );
    expect(
      resourceName(
        "urn:pulumi:dev::heliograph::heliograph:index:MtlsPki$tls:index/privateKey:PrivateKey::key",
      ),
    ).toBe("PrivateKey key");
  });
});
