/**
 * Proves: what the commands about alerts print of a stack file, and how they fail. Does not prove:
 * colours.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cli } from "../../../src/cli/main";
import { describeFailure } from "../../../src/cli/ui/failure";

const ROOT = resolve(__dirname, "../../..");

const ALERTING = `    alerting:
      receivers:
        on-call: { pagerDuty: {} }
        shop: { email: { to: [shop@example.com], from: a@example.com, smarthost: "mail:587" } }
      routes:
        - { tenants: [prd], severities: [critical], receiver: on-call }
        - { receiver: shop }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "heliograph-who-"));
  for (const stack of ["ops", "dev", "stg", "prd"])
    await cp(join(ROOT, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
  vi.stubEnv("HELIOGRAPH_PROJECT", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function withReceivers(): Promise<void> {
  const file = join(folder, "Pulumi.ops.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/^    tenants:/m, `${ALERTING}    tenants:`));
}

async function run(...args: string[]): Promise<string> {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await cli().parseAsync(args, { from: "user" });
    return printed.mock.calls.flat().join("\n");
  } finally {
    printed.mockRestore();
  }
}

const failure = (...args: string[]) =>
  run(...args).then(
    () => "no failure",
    (error: unknown) => describeFailure(error),
  );

describe("who", () => {
  it("calls labels as the inventory does, and prints JSON", async () => {
    await withReceivers();
    const question = ["tenant=prd", "edge=prd", "severity=critical", "alertname=NodeDown"];
    const moment = ["--at", "2026-12-24T03:00+01:00"];
    const answer = JSON.parse(await run("who", ...question, ...moment, "--json")) as object;
    expect(answer).toMatchObject({
      labels: { tenant_id: "prd", cluster: "prd", severity: "critical", alertname: "NodeDown" },
      at: "2026-12-24T02:00:00.000Z",
      notifications: [
        {
          receiver: "on-call",
          ways: ["PagerDuty"],
          path: ['{tenant_id="prd", severity="critical"}'],
          group: { tenant_id: "prd", cluster: "prd", alertname: "NodeDown" },
        },
      ],
      notes: [],
    });
  });

  it("takes alerts that fire", async () => {
    await withReceivers();
    const firing = ["--firing", "alertname=EdgeSilent,edge=dev", "--firing", "a=b"];
    expect(await run("who", "edge=dev", "severity=warning", ...firing)).toContain(
      'Not sent: it is inhibited by alertname="EdgeSilent", cluster="dev"',
    );
  });

  it("prints the table of all alerts, to be cut with other tools", async () => {
    await withReceivers();
    const lines = (await run("who", "--all", "severity=critical")).split("\n");
    expect(lines[0]).toMatch(/^tenant +alert +severity +edges +receivers$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^prd +EdgeSilent +critical +prd +on-call$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^dev +EdgeSilent +critical +dev +shop$/));
  });

  it("without receivers says which lines to paste", async () => {
    expect(await failure("who", "--all")).toBe(
      `✖ The hub of stack ops tells nobody: it has no receivers, so alerts are only stored.

For Alertmanagers of its own, add to Pulumi.ops.yaml, in config:

heliograph:hub:
  alerting:
    receivers:
      on-call:
        slack:
          channel: "#alerts"
    routes:
      - receiver: on-call

and set the secret:

pulumi config set --secret --path 'heliograph:secrets.receivers.on-call.slack' https://hooks.slack.com/services/...`,
    );
  });

  it("wants labels, and a hub", async () => {
    expect(await failure("who")).toContain("An alert is known by its labels, and none is given.");
    expect(await failure("who", "a=b", "--stack", "dev")).toContain(
      "Stack dev has no section heliograph:hub: it is an edge.",
    );
  });
});

it("silence reaches no cluster for a name that is not in the inventory", async () => {
  await withReceivers();
  expect(await failure("silence", "edge", "dve", "2h", "upgrade")).toContain(
    "There is no edge dve; did you mean dev?",
  );
});

it("silence explains each of its parts", () => {
  const silence = cli().commands.find((command) => command.name() === "silence")!;
  expect(silence.commands.map((part) => part.name())).toEqual([
    "edge",
    "tenant",
    "environment",
    "matchers",
    "list",
    "end",
  ]);
  for (const part of silence.commands) {
    let help = "";
    part.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`Usage: npm run silence -- ${part.name()} `);
  }
});
