/**
 * Proves: mistakes about what an edge tells by itself are refused, with the whole message that a
 * person reads (test/config/messages/<case>.txt), and what is right is not.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSecrets, parseSettings } from "../../src/config/parse";
import { edgeSections, messageOf } from "./settings";

const kept = {
  mode: "thanos",
  bucket: {
    provider: "s3",
    existing: { bucket: "edges", region: "me-central-1", podIdentity: true },
  },
  query: { host: "query.dev.example.com" },
};
const site = { receivers: { site: { webhook: {} } }, routes: [{ receiver: "site" }] };

const edge = (alerting: object, metrics: object = kept) => {
  const sections = edgeSections();
  Object.assign(sections.edge, { metrics, alerting });
  return parseSettings("dev", sections);
};

const cases: Readonly<Record<string, () => unknown>> = {
  "edge-alerting-without-metrics": () => edge(site, { mode: "agent" }),
  "edge-routes-without-receivers": () => edge({ routes: [{ receiver: "site" }] }),
  "edge-routes-that-do-not-fit": () =>
    edge({ ...site, routes: [{ severities: ["critical"], receiver: "pager" }] }),
  "edge-receivers-without-secrets": () => parseSecrets("dev", edge(site), {}),
};

describe("what is refused", () => {
  test.each(Object.entries(cases))("%s", async (name, attempt) => {
    await expect(messageOf(() => void attempt())).toMatchFileSnapshot(
      join(__dirname, "messages", `${name}.txt`),
    );
  });
});

test("secrets of the hub's receivers are no mistake: whose they are is known later", () => {
  const secrets = { receivers: { "on-call": { pagerDuty: "key" } } };
  expect(parseSecrets("dev", edge({}), secrets).receivers).toEqual(secrets.receivers);
});
