import { randomBytes } from "node:crypto";
import type { Span } from "../../../src/cli/cluster/otlp";
import { pushSpans, spansOf } from "./tempo-processes";

const resource = { "service.name": "shop", cluster: "dev", environment: "dev" };

/** Spans of a new trace, a second ago. */
export function newTrace(spans = 3, changes: Partial<Span> = {}): Span[] {
  const traceId = randomBytes(16).toString("hex");
  const start = Date.now() - 1000;
  return Array.from({ length: spans }, (_, index) => ({
    traceId,
    spanId: randomBytes(8).toString("hex"),
    name: `step ${index}`,
    start: start + index,
    end: start + index + 5,
    resource,
    ...changes,
  }));
}

/** Traces that Tempo has accepted: what has to be read back. */
export class AcceptedTraces {
  private readonly traces: {
    readonly tenant: string;
    readonly id: string;
    readonly spans: number;
  }[] = [];

  /** Writes one; the status of the answer. */
  async write(url: string, tenant: string, trace = newTrace()): Promise<number> {
    const status = await pushSpans(url, tenant, trace);
    if (status === 200) this.traces.push({ tenant, id: trace[0]!.traceId, spans: trace.length });
    return status;
  }

  /** Writes so many, side by side; whether all were accepted. */
  async writeMany(url: string, tenant: string, count: number): Promise<boolean> {
    const statuses = await Promise.all(
      Array.from({ length: count }, () => this.write(url, tenant)),
    );
    return statuses.every((status) => status === 200);
  }

  get count(): number {
    return this.traces.length;
  }

  /** How many of them are there with all of their spans. */
  async readBack(url: string): Promise<number> {
    let found = 0;
    for (const { tenant, id, spans } of this.traces)
      if ((await spansOf(url, tenant, id)) === spans) found += 1;
    return found;
  }
}
