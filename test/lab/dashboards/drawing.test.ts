/**
 * Proves: numbers are shown in the words of Grafana 13.2.3, whose formatter gave what is expected
 * here, for every unit that our dashboards know; panels are placed, named and merged as Grafana
 * does it; what has no answer says why. Does not prove: how pages look (test/programs).
 */
import { describe, expect, it } from "vitest";
import { dashboardJson } from "../../../components/dashboards/kit/json";
import { panelsOf, queriesOf } from "../../../components/dashboards/kit/dashboard";
import { allDashboards } from "../../../components/dashboards/registry";
import { askedDashboard } from "../../../lab/dashboards/ask.js";
import { thresholdColor } from "../../../lab/dashboards/colors.js";
import { compacted, drawnPanels, type GrafanaDashboard } from "../../../lab/dashboards/grafana.js";
import { merged } from "../../../lab/dashboards/panels/table.js";
import { nameOf } from "../../../lab/dashboards/series.js";
import type { Source } from "../../../lab/dashboards/source.js";
import { formatted, tick } from "../../../lab/dashboards/units.js";
import { simulated } from "./simulated.js";

const VALUES = [
  0, -1, 0.5, 0.001, 0.0333333, 0.07, 1.5, 12.345, 59.5, 99.95, 999, 1024, 5400, 100000, 604800.5,
  1234567, 1500000000000.0, -2500,
];

/** By `getDisplayProcessor` of @grafana/data 13.2.3, for `VALUES`. */
const BY_GRAFANA: Readonly<Record<string, string>> = {
  none: "0 | -1 | 0.500 | 0.00100 | 0.0333 | 0.0700 | 1.50 | 12.3 | 59.5 | 100.0 | 999 | 1024 | 5400 | 100000 | 604801 | 1234567 | 1500000000000 | -2500",
  short:
    "0 | -1 | 0.500 | 0.00100 | 0.0333 | 0.0700 | 1.50 | 12.3 | 59.5 | 100.0 | 999 | 1.02 K | 5.40 K | 100 K | 605 K | 1.23 Mil | 1.50 Tri | -2.50 K",
  percentunit:
    "0% | -100% | 50% | 0.100% | 3.33% | 7.00% | 150% | 1235% | 5950% | 9995% | 99900% | 102400% | 540000% | 10000000% | 60480050% | 123456700% | 150000000000000% | -250000%",
  percent:
    "0% | -1% | 0.500% | 0.00100% | 0.0333% | 0.0700% | 1.50% | 12.3% | 59.5% | 100.0% | 999% | 1024% | 5400% | 100000% | 604801% | 1234567% | 1500000000000% | -2500%",
  bytes:
    "0 B | -1 B | 0.500 B | 0.00100 B | 0.0333 B | 0.0700 B | 1.50 B | 12.3 B | 59.5 B | 100.0 B | 999 B | 1 KiB | 5.27 KiB | 97.7 KiB | 591 KiB | 1.18 MiB | 1.36 TiB | -2.44 KiB",
  decbytes:
    "0 B | -1 B | 500 mB | 1 mB | 33.3 mB | 70 mB | 1.50 B | 12.3 B | 59.5 B | 100.0 B | 999 B | 1.02 kB | 5.40 kB | 100 kB | 605 kB | 1.23 MB | 1.50 TB | -2.50 kB",
  Bps: "0 B/s | -1 B/s | 500 mB/s | 1 mB/s | 33.3 mB/s | 70 mB/s | 1.50 B/s | 12.3 B/s | 59.5 B/s | 100.0 B/s | 999 B/s | 1.02 kB/s | 5.40 kB/s | 100 kB/s | 605 kB/s | 1.23 MB/s | 1.50 TB/s | -2.50 kB/s",
  bps: "0 b/s | -1 b/s | 500 mb/s | 1 mb/s | 33.3 mb/s | 70 mb/s | 1.50 b/s | 12.3 b/s | 59.5 b/s | 100.0 b/s | 999 b/s | 1.02 kb/s | 5.40 kb/s | 100 kb/s | 605 kb/s | 1.23 Mb/s | 1.50 Tb/s | -2.50 kb/s",
  s: "0 s | -1 s | 500 ms | 1 ms | 33.3 ms | 70 ms | 1.50 s | 12.3 s | 59.5 s | 1.67 mins | 16.7 mins | 17.1 mins | 1.50 hours | 1.16 days | 1.00 weeks | 2.04 weeks | 47533 years | -41.7 mins",
  ms: "0 ms | -1 ms | 0.500 ms | 0.00100 ms | 0.0333 ms | 0.0700 ms | 1.50 ms | 12.3 ms | 59.5 ms | 100.0 ms | 999 ms | 1.02 s | 5.40 s | 1.67 mins | 10.1 mins | 20.6 mins | 47.6 years | -2.50 s",
  d: "0 day | -1 day | 0.500 day | 0.00100 day | 0.0333 day | 0.0700 day | 1.50 days | 1.76 weeks | 8.50 weeks | 14.3 weeks | 2.74 years | 2.81 years | 14.8 years | 274 years | 1657 years | 3382 years | 4109589041 years | -6.85 years",
  ops: "0 ops/s | -1 ops/s | 0.500 ops/s | 0.00100 ops/s | 0.0333 ops/s | 0.0700 ops/s | 1.50 ops/s | 12.3 ops/s | 59.5 ops/s | 100.0 ops/s | 999 ops/s | 1.02K ops/s | 5.40K ops/s | 100K ops/s | 605K ops/s | 1.23M ops/s | 1.50T ops/s | -2.50K ops/s",
  reqps:
    "0 req/s | -1 req/s | 0.500 req/s | 0.00100 req/s | 0.0333 req/s | 0.0700 req/s | 1.50 req/s | 12.3 req/s | 59.5 req/s | 100.0 req/s | 999 req/s | 1.02K req/s | 5.40K req/s | 100K req/s | 605K req/s | 1.23M req/s | 1.50T req/s | -2.50K req/s",
  cps: "0 c/s | -1 c/s | 0.500 c/s | 0.00100 c/s | 0.0333 c/s | 0.0700 c/s | 1.50 c/s | 12.3 c/s | 59.5 c/s | 100.0 c/s | 999 c/s | 1.02K c/s | 5.40K c/s | 100K c/s | 605K c/s | 1.23M c/s | 1.50T c/s | -2.50K c/s",
  pps: "0 p/s | -1 p/s | 500 mp/s | 1 mp/s | 33.3 mp/s | 70 mp/s | 1.50 p/s | 12.3 p/s | 59.5 p/s | 100.0 p/s | 999 p/s | 1.02 kp/s | 5.40 kp/s | 100 kp/s | 605 kp/s | 1.23 Mp/s | 1.50 Tp/s | -2.50 kp/s",
  iops: "0 io/s | -1 io/s | 0.500 io/s | 0.00100 io/s | 0.0333 io/s | 0.0700 io/s | 1.50 io/s | 12.3 io/s | 59.5 io/s | 100.0 io/s | 999 io/s | 1.02K io/s | 5.40K io/s | 100K io/s | 605K io/s | 1.23M io/s | 1.50T io/s | -2.50K io/s",
  celsius:
    "0 °C | -1 °C | 0.500 °C | 0.00100 °C | 0.0333 °C | 0.0700 °C | 1.50 °C | 12.3 °C | 59.5 °C | 100.0 °C | 999 °C | 1024 °C | 5400 °C | 100000 °C | 604801 °C | 1234567 °C | 1500000000000 °C | -2500 °C",
  watt: "0 W | -1 W | 500 mW | 1 mW | 33.3 mW | 70 mW | 1.50 W | 12.3 W | 59.5 W | 100.0 W | 999 W | 1.02 kW | 5.40 kW | 100 kW | 605 kW | 1.23 MW | 1.50 TW | -2.50 kW",
  hertz:
    "0 Hz | -1 Hz | 500 mHz | 1 mHz | 33.3 mHz | 70 mHz | 1.50 Hz | 12.3 Hz | 59.5 Hz | 100.0 Hz | 999 Hz | 1.02 kHz | 5.40 kHz | 100 kHz | 605 kHz | 1.23 MHz | 1.50 THz | -2.50 kHz",
  rotmhz:
    "0 MHz | -1 MHz | 500 kHz | 1 kHz | 33.3 kHz | 70 kHz | 1.50 MHz | 12.3 MHz | 59.5 MHz | 100.0 MHz | 999 MHz | 1.02 GHz | 5.40 GHz | 100 GHz | 605 GHz | 1.23 THz | 1.50 EHz | -2.50 GHz",
  currencyUSD:
    "$0 | -$1 | $0.500 | $0.00100 | $0.0333 | $0.0700 | $1.50 | $12.3 | $59.5 | $100.0 | $999 | $1.02K | $5.40K | $100K | $605K | $1.23M | $1.50T | -$2.50K",
  string:
    "0 | -1 | 0.5 | 0.001 | 0.0333333 | 0.07 | 1.5 | 12.345 | 59.5 | 99.95 | 999 | 1024 | 5400 | 100000 | 604800.5 | 1234567 | 1500000000000 | -2500",
};

describe("numbers", () => {
  it.each(Object.entries(BY_GRAFANA))("are shown as Grafana shows them in %s", (unit, texts) => {
    expect(VALUES.map((value) => formatted(value, unit)).join(" | ")).toBe(texts);
  });

  it("are known in every unit of our dashboards", () => {
    const units = allDashboards().flatMap((dashboard) => [
      ...panelsOf(dashboard).map(([, { unit }]) => unit),
      ...queriesOf(dashboard).flatMap(({ unit }) => unit ?? []),
    ]);
    for (const unit of new Set(units)) expect(Object.keys(BY_GRAFANA)).toContain(unit);
  });

  it("have no zeros at their end on an axis", () => {
    expect(tick(2500, "short")).toBe("2.5 K");
    expect(tick(0.1, "percentunit")).toBe("10%");
    expect(tick(100, "none")).toBe("100");
    expect(tick(0.25, "none")).toBe("0.25");
  });
});

describe("panels", () => {
  it("move up as far as there is room", () => {
    const places = [
      { x: 0, y: 0, w: 4, h: 4 },
      { x: 12, y: 0, w: 12, h: 8 },
      { x: 0, y: 8, w: 12, h: 8 },
      { x: 0, y: 16, w: 24, h: 1 },
    ];
    expect(compacted(places, (place) => place).map(({ y }) => y)).toEqual([0, 0, 4, 12]);
  });

  it("of our dashboards never overlap when they have moved", () => {
    for (const dashboard of allDashboards()) {
      const panels = (dashboardJson(dashboard, allDashboards()) as GrafanaDashboard).panels ?? [];
      const placed = compacted(panels, ({ gridPos }) => gridPos!);
      const cells = placed.flatMap(({ x, y, w, h }) =>
        Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
      );
      expect(new Set(cells).size, dashboard.name).toBe(cells.length);
    }
  });

  it("have series that are named by their legends", () => {
    expect(nameOf("{{cluster}} {{ pod }}", { cluster: "dev", pod: "a" })).toBe("dev a");
    expect(nameOf("{{cluster}} {{pod}}", { cluster: "dev" })).toBe("dev");
    expect(nameOf("", { cluster: "dev" })).toBe('{cluster="dev"}');
  });

  it("have the colour of the last threshold that is reached", () => {
    const steps = [
      { value: null, color: "green" },
      { value: 1, color: "orange" },
      { value: 5, color: "red" },
    ];
    const thresholds = { mode: "absolute", steps } as Parameters<typeof thresholdColor>[0];
    const colors = [0.9, 1, 4.9, 5, -3].map((value) => thresholdColor(thresholds, value));
    expect(colors).toEqual(["green", "orange", "orange", "red", "green"]);
    expect(thresholdColor(undefined, 1)).toBeUndefined();
  });

  it("have one row for the same labels of several queries", () => {
    const answer = (...all: [Record<string, string>, string][]) => ({
      labels: [],
      series: all.map(([labels, value]) => ({
        labels,
        points: [[0, value]] as [number, string][],
      })),
    });
    const answers = [
      answer([{ cluster: "dev", node: "a" }, "1"], [{ cluster: "dev", node: "b" }, "2"]),
      answer([{ cluster: "dev", node: "b" }, "3"], [{ cluster: "prd", node: "c" }, "4"]),
    ];
    expect(merged(answers, ["cpu", "memory"])).toEqual([
      { labels: { cluster: "dev", node: "a" }, values: { cpu: 1 } },
      { labels: { cluster: "dev", node: "b" }, values: { cpu: 2, memory: 3 } },
      { labels: { cluster: "prd", node: "c" }, values: { memory: 4 } },
    ]);
  });
});

describe("a dashboard that is asked", () => {
  const fleet = allDashboards().find(({ name }) => name === "fleet")!;
  const now = 1_796_000_000;
  const states = async (source: Source) => {
    const { panels } = await askedDashboard(fleet, source, {}, now);
    return panels.map(({ state, why }) => [state, why].filter(Boolean).join(": "));
  };

  it("has every panel of its JSON, and what was asked for its variables", async () => {
    const { json, panels, variables } = await askedDashboard(fleet, simulated, {}, now);
    expect(panels.map(({ panel }) => panel.id)).toEqual(drawnPanels(json).map(({ id }) => id));
    expect(variables.slice(0, 2)).toEqual([
      { title: "Tenant", offered: ["dev", "ops", "prd", "stg"] },
      { title: "Environment", offered: ["dev", "ops", "prd", "stg"] },
    ]);
  });

  it("asks for the values that are chosen", async () => {
    const texts: string[] = [];
    const source: Source = {
      ...simulated,
      ask: (question, over) => {
        if (question.filters.cluster) texts.push(question.text);
        return simulated.ask(question, over);
      },
    };
    await askedDashboard(fleet, source, { tenant: "dev", cluster: "dev" }, now);
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts) expect(text).toContain('tenant_id=~"dev",environment=~".+"');
  });

  it("says why there is nothing, and what went wrong", async () => {
    const none = { labels: [], series: [] };
    const empty = { ...simulated, ask: async () => none };
    expect(new Set(await states(empty))).toEqual(new Set(["empty"]));
    const explained = { ...empty, whyEmpty: () => "There is no GPU." };
    expect(new Set(await states(explained))).toEqual(new Set(["empty: There is no GPU."]));
    const untold = { ...explained, whyNotAsked: () => "Nobody is there." };
    expect(new Set(await states(untold))).toEqual(new Set(["empty: Nobody is there."]));
    const broken = { ...simulated, ask: async () => ({ ...none, error: "422 parse error" }) };
    expect(new Set(await states(broken))).toEqual(new Set(["failed: 422 parse error"]));
    const away = { ...simulated, ask: () => Promise.reject(new Error("nobody answers")) };
    expect(new Set(await states(away))).toEqual(new Set(["failed: nobody answers"]));
  });
});
