import { parser as logql } from "@grafana/lezer-logql";
import { parser as traceql } from "@grafana/lezer-traceql";
import { parser as promql } from "@prometheus-io/lezer-promql";
import type { Signal } from "../../../components/contract/names";

/** The types of grammars come from two copies of one package: of ES modules, and of CommonJS. */
interface Grammar {
  parse(text: string): { iterate(spec: { enter(node: Node): void }): void };
}

interface Node {
  readonly name: string;
  readonly type: { readonly isError: boolean };
  readonly from: number;
  readonly to: number;
}

/** How a signal's queries are read: the grammar, and its node that selects data. */
const LANGUAGES: Readonly<Record<Signal, { readonly parser: Grammar; readonly selector: string }>> =
  {
    metrics: { parser: promql, selector: "VectorSelector" },
    logs: { parser: logql, selector: "Selector" },
    traces: { parser: traceql, selector: "SpansetFilter" },
  };

export interface Parsed {
  /** What the grammar cannot read. */
  readonly errors: readonly string[];
  /** What is selected: each with its matchers. */
  readonly selectors: readonly string[];
}

export function parsed(signal: Signal, text: string): Parsed {
  const { parser, selector } = LANGUAGES[signal];
  const errors: string[] = [];
  const selectors: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, type, from, to }) => {
      if (type.isError) errors.push(text.slice(from, to + 20) || "(end)");
      if (name === selector) selectors.push(text.slice(from, to));
    },
  });
  return { errors, selectors };
}

/** Name of the metric that a selector is of. */
export function metricOf(selector: string): string {
  return /^[a-zA-Z_:][\w:]*/.exec(selector)?.[0] ?? selector;
}
