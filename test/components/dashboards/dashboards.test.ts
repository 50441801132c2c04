/**
 * Proves: what panels ask can be read by the grammars of Prometheus, Loki and Tempo, and selects by
 * the variables that its dashboard promises; what Grafana is given keeps to its own schema, leads
 * to dashboards and variables that are there, and says of everything what it is. Does not prove:
 * that there are answers, and that Grafana draws them.
 *
 * `dashboard.schema.json` is made of `Dashboard` in @grafana/schema 13.2.3, by
 * ts-json-schema-generator 2.4.0.
 */
import type { Dashboard as GrafanaDashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { describe, expect, it } from "vitest";
import {
  type Dashboard,
  panelsOf,
  queriesOf,
  uidOf,
} from "../../../components/dashboards/kit/dashboard";
import { dashboardJson } from "../../../components/dashboards/kit/json";
import { questionsOf } from "../../../components/dashboards/kit/questions";
import { allDashboards, dashboardsOf, HOME } from "../../../components/dashboards/registry";
import { parsed } from "./languages";

const DASHBOARDS = allDashboards();

const VALUES = {
  tenant: "TENANT",
  environment: "ENVIRONMENT",
  region: "REGION",
  cluster: "CLUSTER",
  namespace: "NAMESPACE",
  workload: "WORKLOAD",
  pod: "POD",
  node: "NODE",
  service: "SERVICE",
  app: "APP",
  gpu: "GPU",
  slo: "SLO",
};

/** Selectors that lack a matcher that their query promises. */
function unmatched(dashboards: readonly Dashboard[]): string[] {
  return questionsOf(dashboards, VALUES).flatMap(({ dashboard, panel, signal, text, filters }) =>
    Object.entries(filters).flatMap(([variable, label]) => {
      const matcher = `${label}=~"${VALUES[variable as keyof typeof VALUES]}"`;
      return parsed(signal, text)
        .selectors.filter((selector) => !selector.includes(matcher))
        .map((selector) => `${dashboard} ${panel}: ${selector} has no ${matcher}`);
    }),
  );
}

const each = DASHBOARDS.map((dashboard) => [dashboard.name, dashboard] as const);
const json = (dashboard: Dashboard) =>
  JSON.parse(JSON.stringify(dashboardJson(dashboard, DASHBOARDS))) as GrafanaDashboard;

describe.each(each)("the dashboard %s", (_, dashboard) => {
  const panels = panelsOf(dashboard);

  it("asks what the grammars can read", () => {
    const broken = questionsOf([dashboard], VALUES).flatMap(({ panel, signal, text }) =>
      parsed(signal, text).errors.map((error) => `${panel}: ${error} in ${text}`),
    );
    expect(broken).toEqual([]);
  });

  it("selects by tenant and cluster in every query, or says why not", () => {
    expect(unmatched([dashboard])).toEqual([]);
    const promised = (["tenant", "cluster"] as const).filter((name) =>
      dashboard.variables.some((variable) => variable.name === name),
    );
    const without = queriesOf(dashboard).filter(
      ({ filters, unfiltered }) => !unfiltered && promised.some((name) => !filters[name]),
    );
    expect(without.map(({ text }) => text)).toEqual([]);
  });

  it("is found out where one query lacks the matcher of its tenant or of its cluster", () => {
    for (const variable of ["tenant", "cluster"] as const) {
      for (const [key, panel] of panels) {
        const bound = panel.queries.filter(({ filters }) => filters[variable]);
        for (const query of bound) {
          const matcher = new RegExp(`[\\w.]+=~"\\$${variable}"`);
          const mutant = { ...query, text: query.text.replace(matcher, 'mutant="1"') };
          const rows = { mutant: { [key]: { ...panel, queries: [mutant] } } };
          expect(unmatched([{ ...dashboard, rows }]), `${key}: ${variable}`).toHaveLength(1);
        }
      }
    }
  });

  it("has no variable that selects nothing", () => {
    const texts = [
      ...queriesOf(dashboard).map(({ text }) => text),
      ...dashboard.variables.map(({ query }) => JSON.stringify(query)),
    ];
    const unused = dashboard.variables.filter(
      ({ name }) => !texts.some((text) => new RegExp(`\\$\\{?${name}\\b`).test(text)),
    );
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it("keeps to Grafana's schema", () => {
    expect(schemaErrors(json(dashboard))).toEqual([]);
  });

  it("has panels that do not overlap, within the width of the page", () => {
    const taken = (json(dashboard).panels ?? []).map(({ gridPos, title }) => ({
      title,
      ...gridPos!,
    }));
    expect(taken.filter(({ x, w }) => x + w > 24)).toEqual([]);
    const overlaps = taken.flatMap((one, index) =>
      taken
        .slice(index + 1)
        .filter(
          (other) =>
            one.x < other.x + other.w &&
            other.x < one.x + one.w &&
            one.y < other.y + other.h &&
            other.y < one.y + one.h,
        )
        .map((other) => `${one.title} and ${other.title}`),
    );
    expect(overlaps).toEqual([]);
  });

  it("says of every panel what it shows, in which unit", () => {
    for (const [key, { title, description, unit, queries, kind, texts }] of panels) {
      expect(description, key).toMatch(/^[A-Z0-9].{15,}[.)]$/);
      expect(title, key).toMatch(/^\S.{1,60}$/);
      expect(queries.length, key).toBeGreaterThan(0);
      // A state, or a row of texts, has none.
      if (unit === "none" && !texts) expect(["table", "logs", "nodeGraph"], key).toContain(kind);
      for (const { legend } of queries) expect(legend, key).not.toBe("");
    }
    const names = panels.map(([key]) => key);
    expect(new Set(names).size).toBe(names.length);
    const ids = (json(dashboard).panels ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("leads to dashboards and variables that are there for everybody who has it", () => {
    const links = [...JSON.stringify(json(dashboard)).matchAll(/\/d\/([\w-]+)(?:\?([^"\\]*))?/g)];
    for (const [, uid, query = ""] of links) {
      const target = DASHBOARDS.find(({ name }) => uidOf(name) === uid);
      expect(target, uid).toBeDefined();
      if (dashboard.audience === "everyone") expect(target?.audience, uid).toBe("everyone");
      const there = [...target!.variables.map(({ name }) => name), "metrics", "logs", "traces"];
      for (const [, set, kept] of query.matchAll(/var-(\w+)=|\$\{(\w+):queryparam\}/g))
        expect(there, `${dashboard.name} to ${uid}`).toContain(set ?? kept);
    }
    const named = [
      ...(dashboard.related ?? []),
      ...panels.flatMap(([, { links = [] }]) => links.map(({ to }) => to)),
    ];
    for (const name of named)
      expect(
        DASHBOARDS.map((other) => other.name),
        dashboard.name,
      ).toContain(name);
  });
});

const schema = JSON.parse(readFileSync(join(__dirname, "dashboard.schema.json"), "utf8")) as object;
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

function schemaErrors(dashboard: object): string[] {
  validate(dashboard);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** People have links to them. */
const FROZEN = [
  ...["fleet", "clusters", "environments", "operations", "pipeline", "capacity", "inventory"],
  ...["cost", "gpu", "cluster", "namespace", "workload", "pod", "node", "applications", "nginx"],
  ...["logs", "traces", "slos"],
];

describe("all dashboards", () => {
  it("have uids that never change, each once", () => {
    const uids = DASHBOARDS.map(({ name }) => uidOf(name));
    expect(new Set(uids).size).toBe(uids.length);
    expect(Math.max(...uids.map(({ length }) => length))).toBeLessThanOrEqual(40);
    for (const name of FROZEN) expect(uids).toContain(`heliograph-${name}`);
  });

  it("have titles that differ, also from those in other folders", () => {
    const titles = DASHBOARDS.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("can be started from, by operators and by everybody else", () => {
    for (const [audience, home] of Object.entries(HOME)) expect(home.audience).toBe(audience);
  });

  it("are those of the backends that a hub has", () => {
    const without = dashboardsOf([]).map(({ name }) => name);
    expect(without).toContain(HOME.operators.name);
    const all = dashboardsOf([]);
    for (const dashboard of all) {
      const text = JSON.stringify(dashboardJson(dashboard, all));
      for (const [, uid] of text.matchAll(/\/d\/([\w-]+)/g))
        expect(without.map(uidOf)).toContain(uid);
    }
  });

  it("are refused by the schema where they are wrong", () => {
    const good = json(DASHBOARDS[0]!);
    expect(
      schemaErrors({ ...good, panels: [{ type: "stat", gridPos: { x: "left" } }] }),
    ).not.toEqual([]);
    expect(schemaErrors({ ...good, schemaVersion: "41" })).not.toEqual([]);
  });

  it("fit into a ConfigMap each, with room to spare", () => {
    const sizes = DASHBOARDS.map((dashboard) => JSON.stringify(json(dashboard)).length);
    expect(Math.max(...sizes)).toBeLessThan(200_000);
  });
});
