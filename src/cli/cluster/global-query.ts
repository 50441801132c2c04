import { Backend } from "./backend";

/** What one of those that the global query asks has answered. */
export interface EndpointAnswer {
  readonly value: number | undefined;
  /** Why it did not answer, where it did not. */
  readonly warnings: readonly string[];
}

/** The hub's one query over every edge that keeps its metrics, and every cell. */
export class GlobalQuery extends Backend {
  protected readonly title = "the global query";

  /** The one number that a query comes down to, by one of those that are asked. */
  async number(address: string, promql: string): Promise<EndpointAnswer> {
    const asked = new URLSearchParams({
      query: promql,
      "storeMatch[]": `{__address__="${address}"}`,
    });
    const answer = JSON.parse(await this.text(`/prometheus/api/v1/query?${asked.toString()}`)) as {
      readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
      readonly warnings?: readonly string[];
    };
    const value = answer.data.result[0]?.value[1];
    return {
      value: value === undefined ? undefined : Number(value),
      warnings: answer.warnings ?? [],
    };
  }
}
