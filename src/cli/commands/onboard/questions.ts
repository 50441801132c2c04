import { DEFAULT_CELL } from "@heliograph/heliograph/model";
import type { HubSection } from "../../../config/hub-schema";
import type { Project } from "../../project";
import { hubOf } from "../../project";
import { WAVES } from "../up/plan";

/** What has to be known of an edge before it is added, as a user writes it. */
export type Answers = Readonly<Partial<Record<Key, string>>>;
type Key =
  | "hub"
  | "like"
  | "environment"
  | "tenant"
  | "retentionDays"
  | "cell"
  | "region"
  | "context"
  | "activeSeries"
  | "outage";

/** The edge that is added, and what questions about it depend on. */
export interface NewEdge {
  readonly project: Project;
  /** Name of the edge, and of its stack. */
  readonly edge: string;
  /** Contexts of the kubeconfig; undefined where any context is accepted. */
  readonly contexts: readonly string[] | undefined;
  /** Answers to earlier questions. */
  readonly answers: Answers;
}

export interface Question {
  readonly key: Key;
  /** The command's option for it. */
  readonly flag: string;
  readonly asks: string;
  /** A description of a right answer, as a noun phrase. */
  expected(newEdge: NewEdge): string;
  /** A right answer, shown where there is no suggestion. */
  readonly example: string;
  /** The answer by default; undefined where the user has to give one. */
  suggest(newEdge: NewEdge): string | undefined;
  /** The only possible answers; undefined where any text may be right. */
  choices?(newEdge: NewEdge): readonly string[] | undefined;
  /** What the stack files have already. It wins over every other answer. */
  written(newEdge: NewEdge): string | undefined;
  /** Whether it matters, given the answers before it. Defaults to true. */
  applies?(newEdge: NewEdge): boolean;
  /** Whether it may stay unanswered. */
  readonly optional?: boolean;
}

const list = (names: readonly string[]) => names.join(", ") || "there is none";

/** In the order in which they are asked. Each may use the answers before it. */
export const QUESTIONS: readonly Question[] = [
  {
    key: "hub",
    flag: "--hub <stack>",
    asks: "Stack of the hub",
    example: "ops",
    expected: ({ project }) => `a stack with a section heliograph:hub: ${list(hubs(project))}`,
    suggest: ({ project }) => only(hubs(project)),
    choices: ({ project }) => hubs(project),
    written: ({ project, edge }) =>
      project.stacks.includes(edge) ? hubOf(project, edge) : undefined,
  },
  {
    key: "like",
    flag: "--like <stack>",
    asks: "Edge whose settings it copies",
    example: "stg",
    expected: (newEdge) => `the stack of another edge of this hub: ${list(siblings(newEdge))}`,
    suggest: () => undefined,
    choices: siblings,
    written: () => undefined,
    // The settings are copied into a new stack file only.
    applies: ({ project, edge }) => !project.stacks.includes(edge),
    optional: true,
  },
  {
    key: "environment",
    flag: "--environment <name>",
    asks: "Environment, which decides its wave",
    example: "stg",
    expected: () =>
      `an environment: it is a label, and waves are ordered by it (${WAVES.join(", ")})`,
    suggest: ({ edge }) => (WAVES.includes(edge) ? edge : undefined),
    written: (newEdge) => entryOf(newEdge)?.environment,
  },
  {
    key: "tenant",
    flag: "--tenant <id>",
    asks: "Tenant that it writes to",
    example: "qa",
    expected: (newEdge) =>
      `a tenant, new or one of: ${list(Object.keys(hubSection(newEdge)?.tenants ?? {}))}`,
    suggest: ({ edge }) => edge,
    written: (newEdge) => entryOf(newEdge)?.tenant,
  },
  {
    key: "retentionDays",
    flag: "--retention-days <days>",
    asks: "Days for which the new tenant's metrics are kept",
    example: "30",
    expected: ({ answers: { tenant } }) =>
      `the days for which metrics of the new tenant ${tenant} are kept`,
    suggest: (newEdge) =>
      text(hubSection(newEdge)?.tenants[like(newEdge)?.tenant ?? ""]?.retentionDays),
    written: (newEdge) =>
      text(hubSection(newEdge)?.tenants[newEdge.answers.tenant ?? ""]?.retentionDays),
  },
  {
    key: "cell",
    flag: "--cell <name>",
    asks: "Cell that stores the new tenant's data",
    example: "main",
    expected: (newEdge) => `a cell of the hub: ${list(cells(newEdge))}`,
    suggest: (newEdge) =>
      hubSection(newEdge)?.tenants[like(newEdge)?.tenant ?? ""]?.cell ??
      only(cells(newEdge)) ??
      cells(newEdge).find((cell) => cell === DEFAULT_CELL),
    choices: cells,
    written: (newEdge) => hubSection(newEdge)?.tenants[newEdge.answers.tenant ?? ""]?.cell,
  },
  {
    key: "region",
    flag: "--region <region>",
    asks: "Region of the cluster",
    example: "uaenorth",
    expected: () => "the region of the cluster",
    suggest: (newEdge) =>
      like(newEdge)?.region ?? hubSection(newEdge)?.cells[newEdge.answers.cell ?? ""]?.region,
    written: (newEdge) => entryOf(newEdge)?.region,
  },
  {
    key: "context",
    flag: "--context <context>",
    asks: "Context of the kubeconfig for the cluster",
    example: "qa",
    expected: (newEdge) =>
      `a context of the kubeconfig that no other stack has: ${list(freeContexts(newEdge) ?? [])}`,
    suggest: (newEdge) => freeContexts(newEdge)?.find((context) => context === newEdge.edge),
    choices: freeContexts,
    written: ({ project, edge }) =>
      project.stacks.includes(edge) ? project.settings(edge).cluster.context : undefined,
  },
  {
    key: "activeSeries",
    flag: "--active-series <count>",
    asks: "Active series that it sends",
    example: "200000",
    expected: () => "the number of active series that it sends",
    suggest: (newEdge) => text(like(newEdge)?.activeSeries) ?? "200000",
    written: (newEdge) => text(entryOf(newEdge)?.activeSeries),
  },
  {
    key: "outage",
    flag: "--outage <duration>",
    asks: "Outage of the hub that it survives without losing samples",
    example: "6h",
    expected: () => "the outage of the hub that it survives without losing samples",
    suggest: (newEdge) => like(newEdge)?.outage ?? "6h",
    written: (newEdge) => entryOf(newEdge)?.outage,
  },
];

function hubs(project: Project): string[] {
  return project.stacks.filter((stack) => project.settings(stack).hub);
}

export function hubSection({ project, answers: { hub } }: NewEdge): HubSection | undefined {
  return hub !== undefined && project.stacks.includes(hub) ? project.settings(hub).hub : undefined;
}

/** The edge's own entry, if it is in the inventory already. */
export function entryOf(newEdge: NewEdge): HubSection["edges"][string] | undefined {
  return hubSection(newEdge)?.edges[newEdge.edge];
}

/** Stacks of the hub's other edges, the hub's own edge included. */
function siblings({ project, edge, answers: { hub } }: NewEdge): string[] {
  return project.stacks.filter(
    (stack) =>
      stack !== edge &&
      project.settings(stack).edge &&
      (stack === hub || hubOf(project, stack) === hub),
  );
}

/** The entry of the edge whose settings this one copies. */
function like(newEdge: NewEdge): HubSection["edges"][string] | undefined {
  const { project, answers } = newEdge;
  const name =
    siblings(newEdge).includes(answers.like ?? "") &&
    project.settings(answers.like ?? "").edge?.name;
  return name ? hubSection(newEdge)?.edges[name] : undefined;
}

function cells(newEdge: NewEdge): string[] {
  return Object.keys(hubSection(newEdge)?.cells ?? {});
}

/** Contexts of clusters without an edge: two agents in one cluster would conflict. */
function freeContexts({ project, edge, contexts }: NewEdge): string[] | undefined {
  const taken = project.stacks.flatMap((stack) =>
    stack === edge ? [] : [project.settings(stack).cluster.context],
  );
  return contexts?.filter((context) => !taken.includes(context));
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
