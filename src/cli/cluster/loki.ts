import { Backend, type Range } from "./backend";

export interface Line {
  /** Labels, and what the line carries beside them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly time: number;
  readonly text: string;
}

interface Answer<Data> {
  readonly data?: Data;
}

/** Loki's query interface. */
export class Loki extends Backend {
  protected readonly title = "Loki";

  /** Newest first; `limit`: at most so many. */
  async lines(
    tenants: readonly string[],
    logql: string,
    range: Range,
    limit = 100,
  ): Promise<Line[]> {
    const { result } = await this.ask<{
      result: { stream: Record<string, string>; values: [string, string][] }[];
    }>(tenants, "query_range", {
      query: logql,
      limit: String(limit),
      direction: "backward",
      ...times(range),
    });
    return result
      .flatMap(({ stream: labels, values }) =>
        values.map(([nanoseconds, text]) => ({
          labels,
          text,
          time: Number(BigInt(nanoseconds) / 1_000_000n),
        })),
      )
      .sort((a, b) => b.time - a.time);
  }

  /** The one number that a query of metrics comes down to, at a time; 0 where it finds nothing. */
  async number(
    tenants: readonly string[],
    logql: string,
    milliseconds = Date.now(),
  ): Promise<number> {
    const parameters = { query: logql, time: nanoseconds(milliseconds) };
    const { result } = await this.ask<{ result: { value: [number, string] }[] }>(
      tenants,
      "query",
      parameters,
    );
    return Number(result[0]?.value[1] ?? 0);
  }

  /** Index labels of the streams of a selector, one entry for each stream. */
  streams(
    tenants: readonly string[],
    selector: string,
    range: Range,
  ): Promise<Record<string, string>[]> {
    return this.ask(tenants, "series", { "match[]": selector, ...times(range) });
  }

  /** Names of the index labels that there are. */
  labels(tenants: readonly string[], range: Range): Promise<string[]> {
    return this.ask(tenants, "labels", times(range));
  }

  private async ask<Data>(
    tenants: readonly string[],
    what: string,
    parameters: Record<string, string>,
  ): Promise<Data> {
    const query = new URLSearchParams(parameters).toString();
    const { data } = JSON.parse(
      await this.text(`/loki/api/v1/${what}?${query}`, tenants.join("|")),
    ) as Answer<Data>;
    // Where there is nothing, lists are left out.
    return data ?? ([] as unknown as Data);
  }
}

function times({ from, to }: Range) {
  return { start: nanoseconds(from), end: nanoseconds(to) };
}

function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds)) * 1_000_000n}`;
}
