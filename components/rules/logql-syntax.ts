import { parser } from "@grafana/lezer-logql";
import { syntaxIssue } from "./syntax";

/** An expression as the backend's own grammar reads it. */
export class LogqlExpression {
  readonly #tree: ReturnType<typeof parser.parse>;

  constructor(readonly source: string) {
    this.#tree = parser.parse(source);
  }

  /** What cannot be read, and where: the end of a message. Undefined where all of it can be. */
  get syntaxIssue(): string | undefined {
    return syntaxIssue(this.source, this.#tree);
  }

  /** Whether it selects lines, rather than counts them. */
  get selectsLines(): boolean {
    return this.#texts("LogExpr").length > 0 && this.#texts("MetricExpr").length === 0;
  }

  get hasComments(): boolean {
    return this.#texts("LineComment").length > 0;
  }

  /** Matchers of its selectors, such as `cluster="dev"`, without spaces. */
  get matchers(): string[] {
    return this.#texts("Matcher").map((text) => text.replace(/^(\w+)\s*([=!~]+)\s*/, "$1$2"));
  }

  #texts(name: string): string[] {
    const found: string[] = [];
    this.#tree.cursor().iterate(({ name: here, from, to }) => {
      if (here === name) found.push(this.source.slice(from, to));
    });
    return found;
  }
}
