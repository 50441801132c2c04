/**
 * Proves: the example of docs/alerting.md is a stack file that is taken, with the secrets that its
 * commands set, and each secret that is missing is asked for. Does not prove: whom it tells;
 * test/programs/alertmanager.test.ts does.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromYaml } from "../../components/kit/yaml";
import { parseSecrets, parseSettings } from "../../src/config/parse";
import { hubSections, messageOf } from "./settings";

const page = readFileSync(join(__dirname, "../../docs/alerting.md"), "utf8");

function settings() {
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const { "heliograph:hub": hub } = fromYaml(yaml) as { "heliograph:hub": object };
  const sections = hubSections();
  Object.assign(sections.hub, hub);
  Object.assign(sections.hub["edges"] as object, {
    prd: { tenant: "dev", environment: "prd", region: "uaenorth" },
  });
  return parseSettings("ops", sections);
}

/** What the page's commands set. */
function secrets() {
  const receivers: Record<string, Record<string, string>> = {};
  for (const [, receiver = "", kind = ""] of page.matchAll(/secrets\.receivers\.([\w-]+)\.(\w+)'/g))
    receivers[receiver] = { ...receivers[receiver], [kind]: "https://..." };
  return { receivers };
}

describe("the example of the page", () => {
  it("is taken, with the secrets that its commands set", () => {
    expect(parseSecrets("ops", settings(), secrets()).receivers).toEqual(secrets().receivers);
  });

  it("asks for every secret that is missing", async () => {
    const message = messageOf(() => parseSecrets("ops", settings(), {}));
    await expect(message).toMatchFileSnapshot("messages/receivers-without-secrets.txt");
  });

  it("has no use for the secret of a receiver that takes it from elsewhere", async () => {
    const { receivers } = secrets();
    const message = messageOf(() =>
      parseSecrets("ops", settings(), {
        receivers: { ...receivers, "everything-else": { teams: "https://..." } },
      }),
    );
    await expect(message).toMatchFileSnapshot("messages/receiver-with-a-secret-too-many.txt");
  });
});
