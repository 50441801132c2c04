/**
 * Proves: what is read from a configuration of Alertmanager is what the real amtool and the real
 * Alertmanager do with it: receivers, groups, time intervals, inhibitions, and which matchers they
 * can read. Does not prove: waits, which neither of them shows (routing.test.ts).
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Labels, matcherText, parseMatchers } from "../../components/alertmanager/matchers";
import { Routing } from "../../components/alertmanager/routing";
import type { AlertmanagerConfig } from "../../components/alertmanager/upstream";
import { toYaml } from "../../components/kit/yaml";
import { RunningAlertmanager } from "./support/alertmanager";
import { program } from "./support/programs";
import { configurations, labelSets, MATCHER_TEXTS, timeIntervals } from "./support/routing-trees";
import { until } from "./support/server";

/** The same trees in every run: one that fails can be looked at. */
const SEED = 16;
/** Hundreds of processes and requests: half a minute, and many times that on a busy machine. */
const PATIENT = { timeout: 400_000 };
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number) =>
  fc.sample(arbitrary, { seed: SEED, numRuns: count });

describe("routing as amtool has it", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-routing-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const amtool = (...args: string[]) =>
    promisify(execFile)(program("alertmanager", "amtool"), args, { cwd: folder }).then(
      ({ stdout }) => stdout,
      (error: { stdout?: string }) => error.stdout ?? "",
    );

  it(
    "gives 400 label sets in 200 trees the same receivers, in the same order",
    PATIENT,
    async () => {
      const trees = sample(fc.tuple(configurations, fc.tuple(labelSets, labelSets)), 200);
      let several = 0;
      for (const [index, [config, sets]] of trees.entries()) {
        const file = `${index}.yaml`;
        writeFileSync(join(folder, file), toYaml(config));
        const routing = new Routing(config);
        const answers = await Promise.all(
          sets.map((labels) =>
            amtool("config", "routes", "test", `--config.file=${file}`, ...asArguments(labels)),
          ),
        );
        sets.forEach((labels, each) => {
          const receivers = routing.notifications(labels).map(({ receiver }) => receiver);
          if (receivers.length > 1) several += 1;
          expect(`${receivers.join(",")}\n`, toYaml({ labels, ...config })).toBe(answers[each]);
        });
      }
      // The trees are not so dull that each alert has one receiver.
      expect(several).toBeGreaterThan(40);
    },
  );

  it.each(MATCHER_TEXTS)("reads matchers, or refuses them: %j", async (text) => {
    const file = `matcher-${MATCHER_TEXTS.indexOf(text)}.yaml`;
    writeFileSync(join(folder, file), toYaml(taking(text)));
    const shown = await amtool("config", "routes", "show", `--config.file=${file}`);
    const [, matchers] = /─ (\{.*\}|default-route)  receiver: yes/.exec(shown) ?? [];
    expect(read(text)).toBe(matchers);
  });
});

/** Upstream shows its matchers in order. */
function read(text: string): string | undefined {
  try {
    const sorted = parseMatchers(text).sort((a, b) => (a.name < b.name ? -1 : 1));
    return sorted.length > 0 ? `{${sorted.map(matcherText).join(",")}}` : "default-route";
  } catch {
    return undefined;
  }
}

function taking(text: string): AlertmanagerConfig {
  const receivers = [{ name: "no" }, { name: "yes" }];
  return { route: { receiver: "no", routes: [{ receiver: "yes", matchers: [text] }] }, receivers };
}

function asArguments(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => matcherText({ name, operator: "=", value }));
}

describe("routing as Alertmanager does it", () => {
  const alertmanager = new RunningAlertmanager();
  beforeAll(() => alertmanager.start(taking("a=b")));
  afterAll(() => alertmanager.stop());

  it(
    "puts 800 alerts of 40 trees into the same groups, muted and inhibited alike",
    PATIENT,
    async () => {
      const runs = sample(
        fc.tuple(configurations, fc.array(labelSets, { minLength: 20, maxLength: 20 })),
        40,
      );
      const met = { inhibited: 0, muted: 0, alerts: 0 };
      for (const [index, [tree, sets]] of runs.entries()) {
        const run = String(index);
        const config = ofRun(tree, run);
        const firing = sets.map((labels, alert) => ({ ...labels, run, alert: String(alert) }));
        await alertmanager.reload(config);
        await alertmanager.post(firing);
        const routing = new Routing(config);
        await until(
          `run ${run}`,
          async () => {
            const before = new Date();
            const running = await alerts(alertmanager, run);
            const after = new Date();
            expect(running.size).toBe(firing.length);
            for (const labels of firing) {
              const found = running.get(labels.alert)!;
              const expected = [before, after].map((at) => shown(routing, labels, at));
              expect(expected, toYaml({ labels, ...config })).toContainEqual(found.groups);
              const inhibitors = routing.inhibitors(labels, firing);
              expect(found.inhibitedBy.length > 0, toYaml({ labels, ...config })).toBe(
                inhibitors.length > 0,
              );
              // It names the first that it finds.
              for (const by of found.inhibitedBy)
                expect(inhibitors.map(({ alert }) => alert["alert"])).toContain(by);
            }
            const all = [...running.values()];
            met.inhibited += all.filter(({ inhibitedBy }) => inhibitedBy.length > 0).length;
            met.muted += all.filter(({ groups }) =>
              groups.some(({ mutedBy }) => mutedBy.length > 0),
            ).length;
            met.alerts += all.length;
            return true;
          },
          20,
        );
      }
      expect(met.alerts).toBe(800);
      expect(met.inhibited).toBeGreaterThan(80);
      expect(met.muted).toBeGreaterThan(80);
    },
  );

  it("is in the same 600 time intervals, in nine time zones", async () => {
    const intervals = sample(timeIntervals, 600).map((time_intervals, index) => ({
      name: String(index),
      time_intervals,
    }));
    const config: AlertmanagerConfig = {
      route: {
        receiver: "no",
        routes: intervals.map(({ name }) => ({
          matchers: [`interval="${name}"`],
          mute_time_intervals: [name],
          group_by: ["interval"],
        })),
      },
      receivers: [{ name: "no" }],
      time_intervals: intervals,
    };
    const routing = new Routing(config);
    const firing = intervals.map(({ name }) => ({ run: "intervals", alert: name, interval: name }));
    await alertmanager.reload(config);
    await alertmanager.post(firing);
    await until("all alerts", async () =>
      (await alerts(alertmanager, "intervals")).size === 600 ? true : undefined,
    );
    const before = new Date();
    const running = await alerts(alertmanager, "intervals");
    const after = new Date();
    let inside = 0;
    for (const labels of firing) {
      const { groups } = running.get(labels.alert)!;
      if (groups[0]!.mutedBy.length > 0) inside += 1;
      const expected = [before, after].map((at) => shown(routing, labels, at));
      expect(expected, toYaml(intervals[Number(labels.interval)])).toContainEqual(groups);
    }
    expect(inside).toBeGreaterThan(60);
  });
});

/** Its rules see the alerts of the run alone: those of others fire still. */
function ofRun(config: AlertmanagerConfig, run: string): AlertmanagerConfig {
  const inhibit_rules = config.inhibit_rules?.map((rule) => ({
    ...rule,
    source_matchers: [...rule.source_matchers, `run="${run}"`],
  }));
  return { ...config, ...(inhibit_rules && { inhibit_rules }) };
}

interface Shown {
  readonly receiver: string;
  readonly labels: Labels;
  readonly mutedBy: readonly string[];
}

/** What is answered about an alert, and what it is inhibited by. */
async function alerts(
  alertmanager: RunningAlertmanager,
  run: string,
): Promise<Map<string, { groups: Shown[]; inhibitedBy: string[] }>> {
  const groups = await alertmanager.groups();
  const names = new Map(
    groups.flatMap((group) =>
      group.alerts.map(({ fingerprint, labels }) => [fingerprint, labels["alert"] ?? ""]),
    ),
  );
  const found = new Map<string, { groups: Shown[]; inhibitedBy: string[] }>();
  for (const { receiver, labels, alerts: members } of groups) {
    for (const { labels: own, status } of members.filter((each) => each.labels["run"] === run)) {
      const name = own["alert"] ?? "";
      // A name for each of its times that the moment is in.
      const { mutedBy } = status;
      const seen = found.get(name)?.groups ?? [];
      const all = [
        ...seen,
        { receiver: receiver.name, labels, mutedBy: [...new Set(mutedBy)].sort() },
      ];
      const inhibitedBy = status.inhibitedBy.map((each) => names.get(each) ?? each);
      found.set(name, { groups: ordered(all), inhibitedBy });
    }
  }
  return found;
}

/** The same as it is read from the configuration. */
function shown(routing: Routing, labels: Labels, at: Date): Shown[] {
  return ordered(
    routing.notifications(labels).map((notification) => {
      const { outside = [], inside = [] } = routing.mutedAt(notification, at) ?? {};
      const { receiver, group } = notification;
      return { receiver, labels: group, mutedBy: [...outside, ...inside].sort() };
    }),
  );
}

/** Groups are answered in an order of their own. */
function ordered(groups: readonly Shown[]): Shown[] {
  const key = ({ receiver, labels, mutedBy }: Shown) =>
    JSON.stringify([receiver, Object.entries(labels).sort(), mutedBy]);
  return [...groups].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
