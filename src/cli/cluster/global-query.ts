import type { Ask } from "@heliograph/heliograph/model";

/** An answer to the global query by one of those that it asks. */
interface EndpointAnswer {
  readonly value: number | undefined;
  /** Why it did not answer, where it did not. */
  readonly warnings: readonly string[];
}

/** The hub's one query over every edge that keeps its metrics, and every cell. */
export class GlobalQuery {
  constructor(private readonly ask: Ask) {}

  /** The number that a query comes down to, answered by the endpoint at `address` alone. */
  async number(address: string, promql: string): Promise<EndpointAnswer> {
    const parameters = new URLSearchParams({
      query: promql,
      "storeMatch[]": `{__address__="${address}"}`,
    });
    const path = `/prometheus/api/v1/query?${parameters.toString()}`;
    const { status, body } = await this.ask({ path });
    if (status !== 200)
      throw new Error(`the global query answers ${status} at ${path}: ${body.slice(0, 200)}`);
    const answer = JSON.parse(body) as {
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
