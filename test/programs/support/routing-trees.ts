import fc from "fast-check";
import { type Labels, matcherText } from "../../../components/alertmanager/matchers";
import type {
  AlertmanagerConfig,
  InhibitRule,
  Route,
  TimeInterval,
} from "../../../components/alertmanager/upstream";

/** Few of each, so that they often meet. */
const NAMES = ["severity", "team", "tenant_id", "cluster", "ünï code"];
const VALUES = ["a", "b", "ab", "a.b", "A", "ä", 'q"q', "back\\slash", "two\nlines"];
const EXPRESSIONS = [
  "a|b",
  "a.*",
  ".+",
  ".*",
  "",
  "(?i)A",
  "^a$",
  "a.b",
  "a\\.b",
  "[[:alpha:]]+",
  "\\pL+",
  "[^a]*",
  "a)|(b",
  "(?s)two.lines",
];

/** Written in every way that Alertmanager reads, wrong ones among them. */
export const MATCHER_TEXTS = [
  'a="b"',
  "a=b",
  " a =~ b ",
  "a=",
  'a=""',
  "{a=b}",
  '{a="b",c!~"d|e",}',
  'a="b",c=d,',
  "",
  "{}",
  "{",
  "}",
  ",",
  "a=b,,c=d",
  "a",
  "=b",
  'a="b',
  'a=b"',
  'a="b"c"',
  'a="b\\"c"',
  'a="\\d"',
  'a=~"\\d+"',
  'a="\\t"',
  'a="\\u00fc"',
  '"a b"="c"',
  '"a b"="\\u00fc\\x41\\101"',
  '"a b"="\\q"',
  '"a b"="\\xff"',
  'ä=~"b.*"',
  "ä = b, ö != c",
  "ä=b}",
  "{ä=b",
  "{ä=b,}",
  "ä=b,",
  "ä=b c=d",
  "ä==b",
  "ä!b",
  "ä='b'",
  'a=~"["',
  'a=~"(?=b)"',
  'a=~"\\\\1"',
  "a=b\\",
  'a="b\\"',
  'a="b\\\\"',
  "a:b=c",
  "1a=b",
  '""="b"',
  "a=~b|c",
  "a=~{b}",
  "a=b=c",
  'a = "b", "c" = d',
  'a="x\\,",b="y"',
];

const value = fc.constantFrom(...VALUES);
const matcher = fc.oneof(
  fc.record({ name: fc.constantFrom(...NAMES), operator: fc.constantFrom("=", "!="), value }),
  fc.record({
    name: fc.constantFrom(...NAMES),
    operator: fc.constantFrom("=~", "!~"),
    value: fc.constantFrom(...EXPRESSIONS),
  }),
) as fc.Arbitrary<Parameters<typeof matcherText>[0]>;
const matcherTexts = (lengths: fc.ArrayConstraints) => fc.array(matcher.map(matcherText), lengths);

export const labelSets: fc.Arbitrary<Labels> = fc.dictionary(fc.constantFrom(...NAMES), value);

const RECEIVERS = ["default", "first", "second", "third", "fourth"];
/** Left out every second time. */
const optional = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

/** @param intervals Names of the time intervals that they may have. */
function routes(intervals: readonly string[], depth = 3): fc.Arbitrary<Route> {
  const named = fc.subarray([...intervals], { maxLength: 2 });
  const below =
    depth === 0 ? fc.constant([]) : fc.array(routes(intervals, depth - 1), { maxLength: 3 });
  return fc.record({
    receiver: optional(fc.constantFrom(...RECEIVERS)),
    matchers: matcherTexts({ maxLength: 2 }),
    group_by: optional(
      fc.oneof(fc.subarray(NAMES), fc.constant(["..."]), fc.constant<string[]>([])),
    ),
    continue: optional(fc.boolean()),
    mute_time_intervals: optional(named),
    active_time_intervals: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, named),
    routes: below,
  });
}

const inhibitRules: fc.Arbitrary<InhibitRule> = fc.record({
  source_matchers: matcherTexts({ minLength: 1, maxLength: 2 }),
  target_matchers: matcherTexts({ maxLength: 2 }),
  equal: fc.subarray(NAMES, { maxLength: 2 }),
});

const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];

const range = (from: number, to: number) =>
  fc
    .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
    .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const text = ([first, last]: readonly [number | string, number | string]) =>
  first === last ? `${first}` : `${first}:${last}`;
const some = <T>(arbitrary: fc.Arbitrary<T>) =>
  optional(fc.array(arbitrary, { minLength: 1, maxLength: 2 }));
const clock = (minute: number) =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

const times = fc.record({
  times: some(
    range(0, 24 * 60)
      .filter(([start, end]) => start < end)
      .map(([start, end]) => ({ start_time: clock(start), end_time: clock(end) })),
  ),
  weekdays: some(fc.tuple(fc.constantFrom(...WEEKDAYS), fc.constantFrom(...WEEKDAYS)).map(text)),
  days_of_month: some(
    fc.oneof(
      range(1, 31).map(text),
      range(-28, -1).map(text),
      fc.tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: -10, max: -1 })).map(text),
    ),
  ),
  months: some(
    fc.oneof(range(1, 12).map(text), fc.constantFrom("November:December", "october", "december")),
  ),
  years: some(range(2025, 2028).map(text)),
  location: optional(fc.constantFrom(...ZONES)),
});

/** Without what is left out: YAML has no word for it. */
function compact<T>(whole: T): T {
  return JSON.parse(JSON.stringify(whole)) as T;
}

export const timeIntervals: fc.Arbitrary<TimeInterval["time_intervals"]> = fc
  .array(times, { minLength: 1, maxLength: 2 })
  .map(compact) as fc.Arbitrary<TimeInterval["time_intervals"]>;

const INTERVALS = ["one", "two", "three"];

export const configurations: fc.Arbitrary<AlertmanagerConfig> = fc
  .record({
    route: fc
      .tuple(routes(INTERVALS), fc.array(routes(INTERVALS), { minLength: 1, maxLength: 5 }))
      .map(([{ group_by }, below]) => ({ receiver: "default", group_by, routes: below })),
    receivers: fc.constant(RECEIVERS.map((name) => ({ name }))),
    inhibit_rules: fc.array(inhibitRules, { maxLength: 4 }),
    time_intervals: fc
      .tuple(timeIntervals, timeIntervals, timeIntervals)
      .map((all) => all.map((time_intervals, i) => ({ name: INTERVALS[i], time_intervals }))),
  })
  .map(compact) as fc.Arbitrary<AlertmanagerConfig>;
