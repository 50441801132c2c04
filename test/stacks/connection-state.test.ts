/**
 * Proves: what an edge does about every state of its hub. Does not prove: that the engine reads
 * outputs of other stacks so; the lab does.
 */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { readConnectionState } from "../../src/stacks/connection-state";
import { edgeSection } from "../../src/config/edge-schema";
import { facts } from "../support/facts";

const ops = "organization/heliograph/ops";
const edge = edgeSection.parse({ name: "dev", hub: { fromStack: ops } });

function connectionStateWith(hub: unknown, section = edge) {
  const outputs: Record<string, unknown> = hub === undefined ? {} : { hub };
  return readConnectionState(section, async (stack, output) =>
    stack === ops ? outputs[output] : undefined,
  );
}

const hub = (edges: object) => ({
  contractVersion: 1,
  gateway: { url: "https://ingest", serverName: "ingest" },
  trustBundle: ["CA"],
  edges,
});

describe("an edge", () => {
  test("without a hub deploys its identity only, and says which lines connect it", async () => {
    const state = await connectionStateWith(undefined, { ...edge, hub: undefined });
    expect(state).toMatchObject({
      next: expect.stringContaining("fromStack: organization/heliograph/ops"),
    });
  });

  test("whose hub has not been brought up waits for it", async () => {
    expect(await connectionStateWith(undefined)).toMatchObject({
      next: expect.stringContaining("npm run up ops"),
    });
  });

  test("that nobody listed says where to list it", async () => {
    expect(await connectionStateWith(hub({}))).toMatchObject({
      next: expect.stringContaining("heliograph:hub.edges.dev"),
    });
  });

  test("that is not signed yet says what signs it", async () => {
    expect(await connectionStateWith(hub({ dev: { state: "waiting", ...facts } }))).toMatchObject({
      next: expect.stringContaining("waits for its certificate"),
    });
  });

  test("that is signed connects with the facts of the inventory", async () => {
    const state = await connectionStateWith(
      hub({ dev: { state: "signed", ...facts, certificate: "CERT" } }),
    );
    expect(state).toMatchObject({
      connection: { certificate: "CERT", facts: { tenant: "dev" }, trustBundle: ["CA"] },
    });
  });

  test("that is revoked stays deployed: what it has queued must not go", async () => {
    const state = await connectionStateWith(
      hub({ dev: { state: "revoked", ...facts, certificate: "CERT" } }),
    );
    expect(state).toHaveProperty("connection");
  });

  test("with a pair of agents stops before a hub that would store every sample twice", async () => {
    const signed = { dev: { state: "signed", ...facts, certificate: "CERT" } };
    const pair = (more: object) =>
      connectionStateWith({ ...hub(signed), ...more }, { ...edge, replicas: 2 });
    await expect(pair({})).rejects.toThrow("npm run up ops");
    expect(await pair({ deduplicates: true })).toMatchObject({
      connection: { deduplicates: true },
    });
  });

  test("whose hub speaks a newer contract stops, and keeps what runs", async () => {
    await expect(connectionStateWith({ ...hub({}), contractVersion: 2 })).rejects.toThrow(
      pulumi.RunError,
    );
  });
});
