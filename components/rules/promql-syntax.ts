import { parser } from "@prometheus-io/lezer-promql";
import { RE2JS } from "re2js";
import { syntaxIssue } from "./syntax";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** What stands in an expression for the range that each rule puts there. */
export const WINDOW = "$window";
/** A duration of the same length, so that places in the text stay the same. */
const PLACEHOLDER = "100000s";

/** An expression as the grammar of Prometheus reads it. */
export class PromqlExpression {
  readonly #text: string;
  readonly #top: SyntaxNode;

  constructor(readonly source: string) {
    this.#text = source.replaceAll(WINDOW, PLACEHOLDER);
    this.#top = parser.parse(this.#text).topNode;
  }

  /** What cannot be read, and where: the end of a message. Undefined where all of it can be. */
  get syntaxIssue(): string | undefined {
    return syntaxIssue(this.source, this.#top);
  }

  /** Every selector, in the order of the text. */
  get selectors(): PromqlSelector[] {
    return this.#all("VectorSelector").map((node) => this.#selector(node));
  }

  /** Ranges, as `x[5m]`, that are no argument of a function that takes one. */
  get looseRanges(): string[] {
    return [...this.#all("MatrixSelector"), ...this.#all("SubqueryExpr")].flatMap((node) => {
      const taker = takerOf(node);
      const name = taker && this.#text.slice(taker.from, taker.to);
      return name && TAKES_RANGES.test(name) ? [] : [this.#sourceOf(node)];
    });
  }

  /** Calls of functions that take a range, without one: `rate(x)`. */
  get missingRanges(): string[] {
    return this.#all("FunctionCall").flatMap((node) => {
      const name = node.getChild("FunctionIdentifier");
      if (!name || !TAKES_RANGES.test(this.#text.slice(name.from, name.to))) return [];
      const body = node.getChild("FunctionCallBody");
      return body && holdsRange(body) ? [] : [this.#sourceOf(node)];
    });
  }

  /** The first selector without a name, each of whose matchers takes an empty value. */
  get everything(): string | undefined {
    return this.selectors.find(
      ({ metric, matchers }) => metric === undefined && matchers.every(takesNothing),
    )?.text;
  }

  /** The first value of a matcher that is to be a regular expression and is none. */
  get invalidPattern(): string | undefined {
    return this.selectors
      .flatMap(({ matchers }) => matchers)
      .filter(({ operator }) => operator.endsWith("~"))
      .map(({ value }) => value)
      .find((value) => patternOf(value) === undefined);
  }

  /** Whether it is a number rather than series, which cannot be summed. */
  get isScalar(): boolean {
    return isScalar(this.#top.firstChild);
  }

  /** The expression with a range instead of each `$window`, on one line and without comments. */
  over(range: string): string {
    const kept = this.#all("LineComment").reduceRight(
      (text, { from, to }) => text.slice(0, from) + text.slice(to),
      this.source,
    );
    return kept
      .replaceAll(WINDOW, range)
      .replace(/\s*\n\s*/g, " ")
      .trim();
  }

  #all(name: string): SyntaxNode[] {
    const found: SyntaxNode[] = [];
    this.#top.cursor().iterate(({ name: here, node }) => {
      if (here === name) found.push(node);
    });
    return found;
  }

  #sourceOf({ from, to }: SyntaxNode): string {
    return this.source.slice(from, to);
  }

  #selector(node: SyntaxNode): PromqlSelector {
    const identifier = node.getChild("Identifier");
    const matchers = (
      node.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? []
    ).map((matcher): PromqlMatcher => {
      const part = (name: string) => {
        const child = matcher.getChild(name);
        return child ? this.#sourceOf(child) : "";
      };
      const value = part("StringLiteral").slice(1, -1);
      return { label: part("LabelName"), operator: part("MatchOp"), value };
    });
    const named = matchers.find(({ label, operator }) => label === "__name__" && operator === "=");
    return {
      text: this.#sourceOf(node),
      metric: identifier ? this.#sourceOf(identifier) : named?.value,
      matchers,
      ranges: this.#rangesAround(node),
    };
  }

  #rangesAround(node: SyntaxNode): string[] {
    const ranges: string[] = [];
    for (let here = node.parent; here; here = here.parent) {
      if (here.name !== "MatrixSelector" && here.name !== "SubqueryExpr") continue;
      const range = here.getChild("DurationExpr");
      if (range) ranges.push(this.#sourceOf(range));
    }
    return ranges;
  }
}

export interface PromqlSelector {
  readonly text: string;
  /** Undefined where it names none. */
  readonly metric: string | undefined;
  readonly matchers: readonly PromqlMatcher[];
  /** Ranges that it is read over, from the inside: its own, then those of subqueries around it. */
  readonly ranges: readonly string[];
}

interface PromqlMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Functions whose argument is a range: https://prometheus.io/docs/prometheus/latest/querying/functions/ */
const TAKES_RANGES =
  /_over_time$|^(rate|irate|increase|delta|idelta|deriv|predict_linear|resets|changes|double_exponential_smoothing)$/;

/** The name of the function that a range is an argument of. */
function takerOf(node: SyntaxNode): SyntaxNode | null {
  let here = node.parent;
  while (here && PASSES_ON.has(here.name)) here = here.parent;
  return here?.name === "FunctionCall" ? here.getChild("FunctionIdentifier") : null;
}

/** Whether one of the arguments is a range. */
function holdsRange(node: SyntaxNode): boolean {
  for (let here = node.firstChild; here; here = here.nextSibling) {
    if (here.name === "MatrixSelector" || here.name === "SubqueryExpr") return true;
    if (PASSES_ON.has(here.name) && holdsRange(here)) return true;
  }
  return false;
}

function takesNothing({ operator, value }: PromqlMatcher): boolean {
  const matches = operator.endsWith("~") ? (patternOf(value)?.matches("") ?? true) : value === "";
  return operator.startsWith("!") ? !matches : matches;
}

function patternOf(value: string): RE2JS | undefined {
  try {
    return RE2JS.compile(value.replaceAll("\\\\", "\\"));
  } catch {
    return undefined;
  }
}

const PASSES_ON = new Set(["FunctionCallBody", "OffsetExpr", "StepInvariantExpr", "ParenExpr"]);
const SCALARS = /^(scalar|time|pi)$/i;

function isScalar(node: SyntaxNode | null): boolean {
  switch (node?.name) {
    case "NumberDurationLiteral":
      return true;
    case "ParenExpr":
    case "UnaryExpr":
      return isScalar(node.lastChild);
    case "BinaryExpr":
      return isScalar(node.firstChild) && isScalar(node.lastChild);
    case "FunctionCall":
      return SCALARS.test(node.getChild("FunctionIdentifier")?.firstChild?.name ?? "");
    default:
      return false;
  }
}
