import type { Issue, IssuePath } from "@heliograph/heliograph";
import { removeKey } from "./notation";

/**
 * Key of the settings that all edges share. It is in Pulumi.yaml, which Pulumi adds to each stack.
 */
export const EDGE_DEFAULTS = "edgeDefaults";

type Section = Readonly<Record<string, unknown>>;
type Sections = Readonly<Record<string, unknown>>;

/** Keys of an edge that are its own. */
export const NOT_SHARED = ["name", "keyGeneration", "acceptStranding"];
/** Shared settings that do not apply to the edge of the hub's own cluster. */
const NOT_AT_THE_HUB: ReadonlySet<string> = new Set(["hub", "metrics", "alerting"]);
/** Keys that decide which other keys a section has. */
const VARIANTS = ["mode", "provider"];

/**
 * The sections of a stack with the shared settings in its edge's section, key by key: what the
 * stack's file says takes precedence. A list replaces a list, and where `mode` or `provider` differ
 * the stack's section replaces the shared one as a whole. `hub`, `metrics` and `alerting` are not
 * shared with the edge of the hub's own cluster.
 */
export function withEdgeDefaults({ [EDGE_DEFAULTS]: defaults, ...sections }: Sections): Sections {
  const { edge, hub } = sections;
  if (!isSection(edge) || !isSection(defaults)) return sections;
  return { ...sections, edge: merged(sharedWith(defaults, hub !== undefined), edge) };
}

/** The hub's own edge refers to no other stack, and sends its metrics, whatever the others do. */
function sharedWith(defaults: Section, ownEdge: boolean): Section {
  if (!ownEdge) return defaults;
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => !NOT_AT_THE_HUB.has(key)));
}

function merged(defaults: Section, own: Section): Section {
  const differs = VARIANTS.some((key) => own[key] !== undefined && own[key] !== defaults[key]);
  if (differs && VARIANTS.some((key) => defaults[key] !== undefined)) return own;
  const both = Object.entries(own).map(([key, value]): [string, unknown] => {
    const inner = defaults[key];
    return [key, isSection(inner) && isSection(value) ? merged(inner, value) : value];
  });
  return { ...defaults, ...Object.fromEntries(both) };
}

/** What stands among the shared settings and cannot be shared. */
export function edgeDefaultsIssues({ [EDGE_DEFAULTS]: defaults }: Sections): Issue[] {
  if (defaults === undefined) return [];
  if (!isSection(defaults)) {
    const expected = "settings of edges, by their names in the section `edge`";
    return [{ path: [EDGE_DEFAULTS], got: defaults, expected, example: { storageClass: "fast" } }];
  }
  return NOT_SHARED.filter((key) => key in defaults).map((key) => {
    const path = [EDGE_DEFAULTS, key];
    const expected = "nothing: each edge has its own, in its stack file";
    return { path, got: defaults[key], expected, lines: removeKey(path) };
  });
}

/** Issues of an edge as issues of the shared settings, where those hold the value. */
export function whereItIsSaid(sections: Sections, issues: readonly Issue[]): Issue[] {
  const { edge, [EDGE_DEFAULTS]: defaults } = sections;
  return issues.map((issue) => {
    const [section, ...rest] = issue.path;
    const shared =
      section === "edge" &&
      valueAt(edge, rest) === undefined &&
      valueAt(defaults, rest) !== undefined;
    if (!shared) return issue;
    const moved = (path: IssuePath): IssuePath => [EDGE_DEFAULTS, ...path.slice(1)];
    const { exampleAt, lines } = issue;
    return {
      ...issue,
      path: moved(issue.path),
      ...(exampleAt && { exampleAt: moved(exampleAt) }),
      ...(lines && { lines: lines.replace(removeKey(issue.path), removeKey(moved(issue.path))) }),
    };
  });
}

function valueAt(section: unknown, path: IssuePath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isSection(inner) || Array.isArray(inner) ? inner[key as never] : undefined),
    section,
  );
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
