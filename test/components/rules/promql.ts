import { parser } from "@prometheus-io/lezer-promql";
import type { RuleFile } from "../../../components/rules/types";

interface Node {
  readonly name: string;
  readonly text: string;
}

function nodesOf(promql: string): Node[] {
  const nodes: Node[] = [];
  parser.parse(promql).iterate({
    enter: ({ name, type, from, to }) =>
      void nodes.push({ name: type.isError ? "error" : name, text: promql.slice(from, to) }),
  });
  return nodes;
}

/** What the grammar of Prometheus cannot read. */
export function syntaxErrors(promql: string): string[] {
  return nodesOf(promql)
    .filter(({ name }) => name === "error")
    .map(({ text }) => text || "(end)");
}

/** Names of the series that rules ask for. */
export function metricsOf({ groups }: RuleFile): string[] {
  const names = groups
    .flatMap(({ rules }) => rules.flatMap(({ expr }) => nodesOf(expr)))
    .flatMap(({ name, text }) =>
      name === "VectorSelector" ? [/^[a-zA-Z_:][\w:]*/.exec(text)?.[0] ?? text] : [],
    );
  return [...new Set(names)].sort();
}

/**
 * Of the series of these rules that have such a name, those that a program with these metrics does
 * not show.
 */
export function notShown(file: RuleFile, named: RegExp, metrics: string): string[] {
  // A counter by label appears with its first count, and its description before that only for some
  // programs.
  return metricsOf(file)
    .filter((name) => named.test(name))
    .filter((name) => !metrics.includes(`\n${name}`) && !metrics.includes(` ${name} `));
}
