import { USUAL_CELL } from "../../../../components/contract/usual";
import type { HubSection } from "../../../config/hub-schema";
import type { Project } from "../../project";
import { hubOf } from "../../project";
import { WAVES } from "../up/plan";

/** What has to be known of an edge before it is let in, as people write it. */
export type Answers = Readonly<Partial<Record<Key, string>>>;
export type Key =
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

/** What questions are asked in view of. */
export interface Ground {
  readonly project: Project;
  /** Name of the edge, and of its stack. */
  readonly edge: string;
  /** Contexts of the kubeconfig. */
  readonly contexts: readonly string[];
  /** What has been answered before. */
  readonly answers: Answers;
}

export interface Question {
  readonly key: Key;
  /** The option that answers it. */
  readonly flag: string;
  readonly asks: string;
  /** What belongs there, as a noun phrase. */
  expected(ground: Ground): string;
  /** What a good answer looks like, where there is nothing to suggest. */
  readonly example: string;
  /** The answer where nobody gives one; undefined: somebody has to. */
  suggest(ground: Ground): string | undefined;
  /** The only answers there are. */
  choices?(ground: Ground): readonly string[];
  /** What the files say already: that holds. */
  written(ground: Ground): string | undefined;
  /** Whether it matters, in view of the answers before it. */
  applies?(ground: Ground): boolean;
  /** Whether nothing is an answer too. */
  readonly optional?: boolean;
}

const list = (names: readonly string[]) => names.join(", ") || "there is none";

/** In the order in which they are asked: each may look at the answers before it. */
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
    asks: "Edge whose settings it takes over",
    example: "stg",
    expected: (ground) => `the stack of another edge of this hub: ${list(siblings(ground))}`,
    suggest: () => undefined,
    choices: siblings,
    written: () => undefined,
    // What only the edge knows is in its stack file.
    applies: ({ project, edge }) => !project.stacks.includes(edge),
    optional: true,
  },
  {
    key: "environment",
    flag: "--environment <name>",
    asks: "Environment: waves go by it",
    example: "stg",
    expected: () => `an environment: it is a label, and waves go by it (${WAVES.join(", ")})`,
    suggest: ({ edge }) => (WAVES.includes(edge) ? edge : undefined),
    written: (ground) => entryOf(ground)?.environment,
  },
  {
    key: "tenant",
    flag: "--tenant <id>",
    asks: "Tenant into which it writes",
    example: "qa",
    expected: (ground) =>
      `a tenant, new or one of: ${list(Object.keys(hubSection(ground)?.tenants ?? {}))}`,
    suggest: ({ edge }) => edge,
    written: (ground) => entryOf(ground)?.tenant,
  },
  {
    key: "retentionDays",
    flag: "--retention-days <days>",
    asks: "Days for which the new tenant's metrics are kept",
    example: "30",
    expected: ({ answers: { tenant } }) =>
      `the days for which metrics of the new tenant ${tenant} are kept`,
    suggest: (ground) =>
      text(hubSection(ground)?.tenants[like(ground)?.tenant ?? ""]?.retentionDays),
    written: (ground) =>
      text(hubSection(ground)?.tenants[ground.answers.tenant ?? ""]?.retentionDays),
  },
  {
    key: "cell",
    flag: "--cell <name>",
    asks: "Cell that stores the new tenant's data",
    example: "main",
    expected: (ground) => `a cell of the hub: ${list(cells(ground))}`,
    suggest: (ground) =>
      hubSection(ground)?.tenants[like(ground)?.tenant ?? ""]?.cell ??
      only(cells(ground)) ??
      cells(ground).find((cell) => cell === USUAL_CELL),
    choices: cells,
    written: (ground) => hubSection(ground)?.tenants[ground.answers.tenant ?? ""]?.cell,
  },
  {
    key: "region",
    flag: "--region <region>",
    asks: "Region of the cluster",
    example: "uaenorth",
    expected: () => "the region of the cluster",
    suggest: (ground) =>
      like(ground)?.region ?? hubSection(ground)?.cells[ground.answers.cell ?? ""]?.region,
    written: (ground) => entryOf(ground)?.region,
  },
  {
    key: "context",
    flag: "--context <context>",
    asks: "Context of the kubeconfig that reaches the cluster",
    example: "qa",
    expected: (ground) =>
      `a context of the kubeconfig that no other stack has: ${list(freeContexts(ground))}`,
    suggest: (ground) => freeContexts(ground).find((context) => context === ground.edge),
    choices: freeContexts,
    written: ({ project, edge }) =>
      project.stacks.includes(edge) ? project.settings(edge).cluster.context : undefined,
  },
  {
    key: "activeSeries",
    flag: "--active-series <count>",
    asks: "Series it sends at a time",
    example: "200000",
    expected: () => "the number of series it sends at a time",
    suggest: (ground) => text(like(ground)?.activeSeries) ?? "200000",
    written: (ground) => text(entryOf(ground)?.activeSeries),
  },
  {
    key: "outage",
    flag: "--outage <duration>",
    asks: "How long the hub may be away before it loses samples",
    example: "6h",
    expected: () => "how long the hub may be away before samples are lost",
    suggest: (ground) => like(ground)?.outage ?? "6h",
    written: (ground) => entryOf(ground)?.outage,
  },
];

function hubs(project: Project): string[] {
  return project.stacks.filter((stack) => project.settings(stack).hub);
}

export function hubSection({ project, answers: { hub } }: Ground): HubSection | undefined {
  return hub !== undefined && project.stacks.includes(hub) ? project.settings(hub).hub : undefined;
}

/** The edge's own entry, where it is in the inventory already. */
export function entryOf(ground: Ground): HubSection["edges"][string] | undefined {
  return hubSection(ground)?.edges[ground.edge];
}

/** Stacks of the other edges of the hub, the hub's own included. */
function siblings({ project, edge, answers: { hub } }: Ground): string[] {
  return project.stacks.filter(
    (stack) =>
      stack !== edge &&
      project.settings(stack).edge &&
      (stack === hub || hubOf(project, stack) === hub),
  );
}

/** The entry of the edge that this one is to be like. */
function like(ground: Ground): HubSection["edges"][string] | undefined {
  const { project, answers } = ground;
  const name =
    siblings(ground).includes(answers.like ?? "") &&
    project.settings(answers.like ?? "").edge?.name;
  return name ? hubSection(ground)?.edges[name] : undefined;
}

function cells(ground: Ground): string[] {
  return Object.keys(hubSection(ground)?.cells ?? {});
}

/** Two agents in one cluster would be in each other's way. */
function freeContexts({ project, edge, contexts }: Ground): string[] {
  const taken = project.stacks.flatMap((stack) =>
    stack === edge ? [] : [project.settings(stack).cluster.context],
  );
  return contexts.filter((context) => !taken.includes(context));
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
