import { duration, plural } from "../../../ui/text";
import type { Alert, Facts } from "../facts";
import type { CheckResult, EdgeReport, HubReport, SubjectReport } from "../report";
import { EDGE_COLUMNS, HUB_COLUMNS } from "../table";

/** A cell of the page: how the checks behind it ended, and the figures that they found. */
export interface Cell {
  readonly title: string;
  /** Undefined where nothing was checked: figures alone. */
  readonly status: CheckResult["status"] | undefined;
  /** What is wrong, in a word or two. Undefined where nothing is. */
  readonly wrong?: string;
  readonly lines: readonly string[];
  /** The filled part of a bar, from 0 to 1. */
  readonly share?: number;
}

type FactsOf = (check: string) => Facts;

/** The columns of the table that `verify` prints, by their titles there, and what they say here. */
const EDGE_FIGURES: Readonly<Record<string, (of: FactsOf) => (string | undefined)[]>> = {
  access: (of) => [daysLeft(of("identity"))],
  metrics: (of) => [old(of("newest sample")), readBack(of("sample"))],
  logs: (of) => [old(of("newest line")), readBack(of("log line"))],
  traces: (of) => [readBack(of("trace"))],
  agents: (of) => [
    behind("queue", of("queue")),
    waiting(of("queue")),
    behind("collectors", of("collector queue")),
  ],
};

const HUB_FIGURES: Readonly<Record<string, (of: FactsOf) => (string | undefined)[]>> = {
  gateway: (of) => [daysLeft(of("gateway certificate"))],
};

const TITLES: Readonly<Record<string, string>> = { access: "certificate", agents: "queues" };

export function edgeCells(edge: EdgeReport): Cell[] {
  const cells = cellsOf(edge, EDGE_COLUMNS, EDGE_FIGURES);
  return [...cells, seriesCell(edge), versionsCell(edge)];
}

export function hubCells(hub: HubReport): Cell[] {
  return [...cellsOf(hub, HUB_COLUMNS, HUB_FIGURES), versionsCell(hub)];
}

function cellsOf(
  { checks }: SubjectReport,
  columns: typeof EDGE_COLUMNS,
  figures: typeof EDGE_FIGURES,
): Cell[] {
  return columns.map(({ title, checks: names, figures: briefs }) => {
    const own = checks.filter(({ name }) => names.includes(name));
    const of: FactsOf = (check) => own.find(({ name }) => name === check)?.facts ?? {};
    const known = (figures[title]?.(of) ?? []).filter((line) => line !== undefined);
    // Where there is no figure, what the table of `verify` says.
    const brief = own.find(({ name, ok }) => ok && name === briefs[0]?.[0])?.brief;
    const lines = known.length > 0 || brief === undefined ? known : [brief];
    return { title: TITLES[title] ?? title, status: worst(own), ...wrongOf(own), lines };
  });
}

/** Undefined where there is no check. */
function worst(checks: readonly CheckResult[]): CheckResult["status"] | undefined {
  const order = ["failed", "not run", "warning", "passed"] as const;
  return order.find((status) => checks.some((check) => check.status === status));
}

function wrongOf(checks: readonly CheckResult[]): Pick<Cell, "wrong"> {
  const bad = checks.filter(({ ok }) => !ok);
  if (bad.length > 0 && bad.every(({ status }) => status === "not run"))
    return { wrong: "not run" };
  if (bad.length > 0)
    return { wrong: checks.length === 1 ? "failed" : `${bad.length} of ${checks.length} failed` };
  return worst(checks) === "warning" ? { wrong: "warning" } : {};
}

function seriesCell(edge: EdgeReport): Cell {
  const { series, targets } = factsIn(edge);
  const limit = edge.inventory?.activeSeries;
  if (series === undefined) return { title: "series", status: undefined, lines: [] };
  const lines = [
    limit === undefined ? number(series) : `${number(series)} of ${number(limit)}`,
    ...(targets === undefined ? [] : [plural(targets, "target")]),
  ];
  const share = limit === undefined ? undefined : series / limit;
  // A warning only: what is enforced is the limit of the tenant.
  const status = share !== undefined && share > 1 ? "warning" : undefined;
  return {
    title: "series",
    status,
    ...(status && { wrong: "more than it is made for" }),
    lines,
    ...(share !== undefined && { share }),
  };
}

function versionsCell({ checks }: SubjectReport): Cell {
  const versions = Object.assign({}, ...checks.map(({ facts }) => facts?.versions)) as Record<
    string,
    string
  >;
  const lines = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return { title: "versions", status: undefined, lines };
}

/** All facts of a subject: no two checks share one that is asked for here. */
function factsIn({ checks }: SubjectReport): Facts {
  return Object.assign({}, ...checks.map(({ facts }) => facts)) as Facts;
}

/** Undefined where it is not known: the rules were not asked. */
export function alertsOf(hub: HubReport): readonly Alert[] | undefined {
  return hub.checks.find(({ name }) => name === "alerts")?.facts?.alerts;
}

export interface TenantFigures {
  readonly tenant: string;
  readonly hub: string;
  readonly cells: readonly string[];
  readonly edges: number;
  /** Of the edges that were asked. */
  readonly series: number;
  /** What its edges are made for. */
  readonly madeFor: number;
}

/** Tenants of every hub, with what their edges send. */
export function tenantsOf(
  hubs: readonly HubReport[],
  edges: readonly EdgeReport[],
): TenantFigures[] {
  return hubs.flatMap(({ hub, tenants = [] }) =>
    tenants.map((tenant) => {
      const own = edges.filter(
        ({ inventory }) => inventory?.hub === hub && inventory.tenant === tenant,
      );
      const sum = (figure: (edge: EdgeReport) => number | undefined) =>
        own.reduce((total, edge) => total + (figure(edge) ?? 0), 0);
      return {
        tenant,
        hub,
        cells: [...new Set(own.flatMap(({ inventory }) => inventory?.cell ?? []))].sort(),
        edges: own.length,
        series: sum((edge) => factsIn(edge).series),
        madeFor: sum(({ inventory }) => inventory?.activeSeries),
      };
    }),
  );
}

export const number = (value: number): string => Math.round(value).toLocaleString("en");

const daysLeft = ({ certificateDays }: Facts) =>
  certificateDays === undefined ? undefined : `${plural(certificateDays, "day")} left`;
const old = ({ lagSeconds }: Facts) =>
  lagSeconds === undefined ? undefined : `${duration(lagSeconds * 1000)} old`;
const readBack = ({ readBackSeconds }: Facts) =>
  readBackSeconds === undefined ? undefined : `read back in ${duration(readBackSeconds * 1000)}`;
const behind = (what: string, { behindSeconds }: Facts) =>
  behindSeconds === undefined ? undefined : `${what} ${duration(behindSeconds * 1000)} behind`;
const waiting = ({ samplesPending }: Facts) =>
  samplesPending === undefined
    ? undefined
    : `${number(samplesPending)} ${samplesPending === 1 ? "sample waits" : "samples wait"}`;
