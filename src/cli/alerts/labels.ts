import { InvalidArgumentError } from "commander";
import { closest, distance } from "fastest-levenshtein";
import { type HubModel, type Labels, type OwnAlert } from "@heliograph/heliograph/model";

/** Words of the inventory, and the labels that they become. */
export const INVENTORY_LABELS = {
  tenant: "tenant_id",
  edge: "cluster",
  environment: "environment",
} as const satisfies Readonly<Record<string, string>>;

const LABEL_OF = new Map<string, string>(Object.entries(INVENTORY_LABELS));

/** Reads `severity=critical` of a command line, and adds it to those before. */
export function collectLabel(text: string, before: Labels = {}): Labels {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("Expected a label and its value, e.g. severity=critical.");
  return { ...before, [labelOf(name)]: value };
}

/** The label that a word of the inventory becomes. Another word is a label itself. */
export function labelOf(word: string): string {
  return LABEL_OF.get(word) ?? word;
}

/** What is odd about the values of labels, seen from the inventory. */
export function oddValues(labels: Labels, hub: HubModel, alerts: readonly OwnAlert[]): string[] {
  const { tenant_id: tenant, cluster, environment, alertname } = labels;
  const edge = hub.edges.find(({ name }) => name === cluster);
  const tenants = hub.tenants.map(({ id }) => id);
  const environments = [...new Set(hub.edges.map((each) => each.environment))];
  const names = alerts.map(({ name }) => name);
  return [
    ...unknown("tenant", tenant, tenants),
    ...unknown(
      "edge",
      cluster,
      hub.edges.map(({ name }) => name),
    ),
    ...unknown("environment", environment, environments),
    // Others may be the user's own.
    ...(alertname !== undefined && isTypingMistake(alertname, names)
      ? unknown("alert", alertname, names)
      : []),
    ...(edge && tenant !== undefined && edge.tenant !== tenant
      ? [`Edge ${edge.name} belongs to tenant ${edge.tenant}: nothing of it is ${tenant}'s.`]
      : []),
  ];
}

/** In words, where a name is none of those known. */
export function unknown(
  what: string,
  name: string | undefined,
  known: readonly string[],
): string[] {
  if (name === undefined || known.includes(name)) return [];
  if (isTypingMistake(name, known))
    return [`There is no ${what} ${name}; did you mean ${closest(name, [...known])}?`];
  const SHOWN = 10;
  const more = known.length > SHOWN ? `, and ${known.length - SHOWN} more` : "";
  const list = known.length > 0 ? `${known.slice(0, SHOWN).join(", ")}${more}` : "none";
  return [`There is no ${what} ${name}; there are: ${list}`];
}

function isTypingMistake(name: string, known: readonly string[]): boolean {
  if (known.length === 0 || known.includes(name)) return false;
  return distance(closest(name, [...known]), name) <= 2;
}
