/**
 * Proves: a silence mutes what it says in the real Alertmanager, and nothing else, until it is
 * ended; the commands show what they do. Does not prove: the way through a cluster, which `verify`
 * has in common (the lab), and that Alertmanagers tell each other.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Labels } from "../../components/alertmanager/matchers";
import { Alertmanager, type Silence } from "../../src/cli/cluster/alertmanager";
import { silenceCommand } from "../../src/cli/commands/silence/command";
import { makeSilence, writtenMatchers } from "../../src/cli/commands/silence/silence";
import { RunningAlertmanager } from "./support/alertmanager";
import { until } from "./support/server";

const running = new RunningAlertmanager();
const api = () => new Alertmanager(running.endpoint);
const alerts: Labels[] = [
  {
    alertname: "NodeDown",
    severity: "critical",
    cluster: "dev",
    tenant_id: "dev",
    n: 'one\n"two"',
  },
  { alertname: "PodSlow", severity: "warning", cluster: "dev", tenant_id: "dev" },
  { alertname: "NodeDown", severity: "critical", cluster: "prd", tenant_id: "prd" },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heliograph-silence-"));
  const root = resolve(__dirname, "../..");
  for (const stack of ["dev", "stg", "prd"])
    await cp(join(root, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
  const hub = await readFile(join(root, "Pulumi.ops.yaml"), "utf8");
  const alerting = `    alerting:
      receivers: { on-call: { pagerDuty: {} } }
      routes: [{ receiver: on-call }]
`;
  await writeFile(
    join(folder, "Pulumi.ops.yaml"),
    hub.replace(/^    tenants:/m, `${alerting}    tenants:`),
  );
  vi.stubEnv("HELIOGRAPH_PROJECT", folder);
  await running.start({ route: { receiver: "nobody" }, receivers: [{ name: "nobody" }] });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await running.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  for (const { id, status } of await api().silences())
    if (status.state !== "expired") await api().endSilence(id);
  await running.post(alerts);
  await until("the alerts", async () => (await api().alerts()).length === 3 || undefined);
});

/** What a command prints. */
async function silence(...args: string[]): Promise<string> {
  const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    const command = silenceCommand(async () => api());
    await new Command().addCommand(command).parseAsync(["silence", ...args], { from: "user" });
    return printed.mock.calls.flat().join("\n");
  } finally {
    printed.mockRestore();
  }
}

/** The clusters of the alerts that are muted. */
async function muted(): Promise<string[]> {
  const all = await api().alerts();
  return all
    .filter(({ status }) => status.silencedBy.length > 0)
    .map(({ labels }) => `${labels["cluster"]} ${labels["alertname"]}`)
    .sort();
}

it("mutes an edge and no other, says what fires, and is ended by how its id starts", async () => {
  const said = await silence("edge", "dev", "2h", "upgrade of the nodes", "--author", "ann");
  expect(said).toContain('Muted: cluster="dev"');
  expect(said).toContain("by ann: upgrade of the nodes");
  expect(said).toContain("2 alerts of these fire now:");
  expect(said).toContain('NodeDown critical  cluster="dev", n="one\\n\\"two\\"", tenant_id="dev"');
  expect(said).toContain("1 critical alert that fires now will not be sent.");
  expect(await muted()).toEqual(["dev NodeDown", "dev PodSlow"]);

  const list = await silence("list");
  expect(list).toMatch(/^[0-9a-f]{8} {2}cluster="dev" {2}\S+Z \(1\d\d min \d+ s left\)/m);
  expect(list).toMatch(/ 2 {2}ann {2}upgrade of the nodes$/m);
  const [, id = ""] = /-- end ([0-9a-f]{8})/.exec(said) ?? [];
  expect(await silence("end", id)).toContain('No longer muted: cluster="dev"');
  expect(await muted()).toEqual([]);
  expect(await silence("list")).toBe("No silences.");
});

it.each([
  [["tenant", "prd"], ["prd NodeDown"]],
  [["environment", "stg"], []],
  [
    ["matchers", 'alertname=~"Node.*",severity!="warning"'],
    ["dev NodeDown", "prd NodeDown"],
  ],
  [["matchers", 'n="one\\n\\"two\\""'], ["dev NodeDown"]],
])("mutes by %j", async (words, expected) => {
  const made = JSON.parse(await silence(...words, "1h", "test", "--json")) as { silence: Silence };
  expect(await muted()).toEqual(expected);
  expect(made.silence.status.state).toBe("active");
  const milliseconds = Date.parse(made.silence.endsAt) - Date.parse(made.silence.startsAt);
  expect(milliseconds / 3_600_000).toBeCloseTo(1, 2);
});

it("ends by itself", async () => {
  const matchers = writtenMatchers("cluster=dev");
  const past = new Date(Date.now() - 59_000);
  await makeSilence(api(), { matchers, seconds: 60, author: "ann", reason: "test" }, past);
  await until("its end", async () => ((await muted()).length === 0 ? true : undefined), 20);
});

it.each([
  [["edge", "dve", "2h", "x"], "There is no edge dve; did you mean dev?"],
  [["tenant", "shop", "2h", "x"], "There is no tenant shop; there are: ops, dev, stg, prd"],
  [["edge", "dev", "soon", "x"], "How long is soon? Expected a duration"],
  [["edge", "dev", "30s", "x"], "A silence lasts 1m to 7d, not 30s."],
  [["edge", "dev", "8d", "x"], "A silence lasts 1m to 7d, not 8d."],
  [["edge", "dev", "2h", " "], "A silence says why"],
  [["matchers", "dev", "2h", "x"], "These conditions cannot be read: dev: expected a label"],
  [["matchers", 'cluster=~".*"', "2h", "x"], "every alert may be muted"],
  [["matchers", 'alertname!=""', "2h", "x"], "would mute Watchdog too"],
  [["end", "0123"], "No silence that has not ended starts with 0123."],
])("refuses %j, and mutes nothing", async (words, message) => {
  await expect(silence(...words)).rejects.toThrow(message);
  expect(await api().silences()).not.toContainEqual(
    expect.objectContaining({ status: { state: "active" } }),
  );
});
