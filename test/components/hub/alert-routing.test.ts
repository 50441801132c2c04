import { describe, expect, it } from "vitest";
import { parseMatchers } from "../../../components/alertmanager/matchers";
import { Routing } from "../../../components/alertmanager/routing";
import { containsTime } from "../../../components/alertmanager/time-intervals";
import type { TimeInterval } from "../../../components/alertmanager/upstream";

const routing = new Routing({
  route: {
    receiver: "everyone",
    group_by: ["cluster", "alertname"],
    group_wait: "10s",
    routes: [
      {
        matchers: ['tenant_id="a"'],
        receiver: "a",
        repeat_interval: "1d",
        mute_time_intervals: ["night"],
        routes: [{ matchers: ['severity="critical"'], group_by: ["..."], group_interval: "1m" }],
      },
      {
        matchers: ['tenant_id="b"'],
        receiver: "b",
        continue: true,
        active_time_intervals: ["day"],
      },
      { matchers: ['tenant_id="b"', 'team!=""'], receiver: "team" },
    ],
  },
  receivers: ["everyone", "a", "b", "team"].map((name) => ({ name })),
  inhibit_rules: [
    {
      name: "a silent edge",
      source_matchers: ['alertname="EdgeSilent"'],
      target_matchers: ['alertname!="EdgeSilent"', 'cluster!=""'],
      equal: ["cluster"],
    },
    {
      source_matchers: ['severity="critical"'],
      target_matchers: ['severity=~"warning|critical"'],
      equal: ["alertname", "pod"],
    },
  ],
  time_intervals: [
    { name: "night", time_intervals: [{ times: [{ start_time: "00:00", end_time: "06:00" }] }] },
    { name: "day", time_intervals: [{ times: [{ start_time: "08:00", end_time: "24:00" }] }] },
  ],
});

describe("who is told", () => {
  it("has from the routes around a route what the route leaves out, but no time intervals", () => {
    const labels = { tenant_id: "a", severity: "critical", alertname: "X" };
    expect(routing.notifications(labels)).toEqual([
      {
        receiver: "a",
        path: ['{tenant_id="a"}', '{severity="critical"}'],
        group: labels,
        groupWait: "10s",
        groupInterval: "1m",
        repeatInterval: "1d",
        muteTimeIntervals: [],
        activeTimeIntervals: [],
      },
    ]);
    expect(routing.notifications({ tenant_id: "a", cluster: "dev" })).toMatchObject([
      { group: { cluster: "dev" }, muteTimeIntervals: ["night"], groupInterval: "5m" },
    ]);
  });

  it("is several receivers where a route says so, and the root's where no route takes it", () => {
    const receivers = (labels: Record<string, string>) =>
      routing.notifications(labels).map(({ receiver }) => receiver);
    expect(receivers({ tenant_id: "b", team: "x" })).toEqual(["b", "team"]);
    expect(receivers({ tenant_id: "b" })).toEqual(["b"]);
    expect(receivers({ tenant_id: "b", team: "" })).toEqual(["b"]);
    expect(receivers({ tenant_id: "ab" })).toEqual(["everyone"]);
    expect(routing.notifications({})[0]).toMatchObject({ path: [], repeatInterval: "4h" });
  });

  it("is nobody within intervals that mute, and outside of those that are active", () => {
    const muted = (labels: Record<string, string>, at: string) =>
      routing.mutedAt(routing.notifications(labels)[0]!, new Date(at));
    expect(muted({ tenant_id: "a" }, "2026-12-24T03:00Z")).toEqual({
      outside: [],
      inside: ["night"],
    });
    expect(muted({ tenant_id: "a" }, "2026-12-24T06:00Z")).toBeUndefined();
    expect(muted({ tenant_id: "b" }, "2026-12-24T06:00Z")).toEqual({
      outside: ["day"],
      inside: [],
    });
    expect(muted({ tenant_id: "b" }, "2026-12-24T23:59Z")).toBeUndefined();
  });
});

describe("inhibitions", () => {
  const warning = { alertname: "X", severity: "warning", cluster: "dev" };

  it("that can mute an alert say by which alert, with the labels that both have alike", () => {
    expect(routing.inhibitions(warning)).toEqual([
      { name: "a silent edge", source: '{alertname="EdgeSilent", cluster="dev"}', without: [] },
      { source: '{severity="critical", alertname="X"}', without: ["pod"] },
    ]);
    expect(routing.inhibitions({ alertname: "EdgeSilent", cluster: "dev" })).toEqual([]);
  });

  it("mute by alerts that fire, and never two alerts each other", () => {
    const silent = { alertname: "EdgeSilent", cluster: "dev", severity: "critical" };
    const critical = { ...warning, severity: "critical", cluster: "prd" };
    const by = (labels: Record<string, string>, firing: Record<string, string>[]) =>
      routing.inhibitors(labels, firing).map(({ alert }) => alert);
    expect(by(warning, [silent, critical, { ...critical, pod: "p" }])).toEqual([silent, critical]);
    expect(by(warning, [{ ...silent, cluster: "prd" }])).toEqual([]);
    expect(by(critical, [{ ...critical, cluster: "dev" }])).toEqual([]);
  });
});

it("knows the labels that anything looks at", () => {
  expect([...routing.labelNames()].sort()).toEqual([
    "alertname",
    "cluster",
    "pod",
    "severity",
    "team",
    "tenant_id",
  ]);
});

it.each([
  [
    "severity",
    'severity: expected a label, one of = != =~ !~, and a value, e.g. severity="critical"',
  ],
  ['a="b', 'a="b: a quote is missing at the end of the value'],
  ['a="b"c"', 'a="b"c": a quote within the value needs a backslash: \\"'],
  ['a=~"["', 'a=~"[": error parsing regexp: missing closing ]: `[)$`'],
])("a matcher that cannot be read says why: %s", (text, message) => {
  expect(() => parseMatchers(text)).toThrow(new Error(message));
});

describe("time intervals", () => {
  type Times = TimeInterval["time_intervals"][number];
  const within = (times: Times, at: string) =>
    containsTime({ name: "", time_intervals: [times] }, new Date(at));

  it.each<[string, Times, string, boolean]>([
    [
      "the last minute of a day",
      { times: [{ start_time: "23:00", end_time: "24:00" }] },
      "2026-03-01T23:59:59Z",
      true,
    ],
    [
      "the minute that ends it",
      { times: [{ start_time: "22:00", end_time: "23:00" }] },
      "2026-03-01T23:00Z",
      false,
    ],
    [
      "another zone's day",
      { weekdays: ["monday"], location: "Asia/Tokyo" },
      "2026-11-29T15:00Z",
      true,
    ],
    [
      "summer time",
      { times: [{ start_time: "09:00", end_time: "10:00" }], location: "Europe/Berlin" },
      "2026-07-01T07:30Z",
      true,
    ],
    [
      "winter time",
      { times: [{ start_time: "09:00", end_time: "10:00" }], location: "Europe/Berlin" },
      "2026-12-01T07:30Z",
      false,
    ],
    ["a week that goes on", { weekdays: ["Saturday:monday"] }, "2026-11-30T12:00Z", true],
    ["no day of such a week", { weekdays: ["saturday:monday"] }, "2026-12-01T12:00Z", false],
    ["the last day of February", { days_of_month: ["-1"] }, "2028-02-29T00:00Z", true],
    ["the day before it", { days_of_month: ["-1"] }, "2028-02-28T00:00Z", false],
    ["more days than a month has", { days_of_month: ["-31:5"] }, "2026-02-01T00:00Z", true],
    [
      "months by name and number",
      { months: ["november:12"], years: ["2026"] },
      "2026-12-31T23:59Z",
      true,
    ],
    ["a month by its name", { months: ["October"] }, "2026-10-31T00:00Z", true],
    ["the month before it", { months: ["october"] }, "2026-09-30T00:00Z", false],
    ["the year after", { months: ["1"], years: ["2026"] }, "2027-01-01T00:00Z", false],
    ["what says nothing", {}, "2026-01-01T00:00Z", true],
  ])("%s", (_, times, at, expected) => expect(within(times, at)).toBe(expected));

  it("that cannot be read are not passed over", () => {
    expect(() => within({ weekdays: ["someday"] }, "2026-01-01T00:00Z")).toThrow("someday");
  });
});
