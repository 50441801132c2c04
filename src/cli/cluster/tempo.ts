import { Backend } from "./backend";

/** A span as it is stored. */
export interface StoredSpan {
  readonly name: string;
  readonly spanId: string;
  /** Empty for the first of its trace. */
  readonly parentSpanId: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Spans {
  readonly spans: readonly {
    readonly name: string;
    readonly spanId: string;
    readonly parentSpanId?: string;
    readonly attributes?: readonly Attribute[];
  }[];
}

interface Trace {
  readonly batches?: readonly {
    readonly resource?: { readonly attributes?: readonly Attribute[] };
    /** Its name in version 1, and in 2. */
    readonly instrumentationLibrarySpans?: readonly Spans[];
    readonly scopeSpans?: readonly Spans[];
  }[];
}

/** Tempo's query interface. */
export class Tempo extends Backend {
  protected readonly title = "Tempo";

  /** Spans of a trace; none where the tenant does not have it. */
  async trace(tenant: string, id: string): Promise<StoredSpan[]> {
    const path = `/api/traces/${id}`;
    const answer = await this.get(path, tenant);
    if (answer.status === 404) return [];
    if (answer.status !== 200) throw this.refused(path, answer);
    const { batches = [] } = JSON.parse(answer.body) as Trace;
    return batches.flatMap(({ resource, scopeSpans, instrumentationLibrarySpans }) =>
      (scopeSpans ?? instrumentationLibrarySpans ?? []).flatMap(({ spans }) =>
        spans.map(({ name, spanId, parentSpanId = "", attributes }) => ({
          name,
          spanId: hexadecimal(spanId),
          parentSpanId: hexadecimal(parentSpanId),
          resource: valuesOf(resource?.attributes),
          attributes: valuesOf(attributes),
        })),
      ),
    );
  }

  /** Ids of traces of the last hour that have a span with these attributes. */
  async search(
    tenant: string,
    tags: Readonly<Record<string, string>>,
    limit = 20,
  ): Promise<string[]> {
    const pairs = Object.entries(tags).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const now = Math.ceil(Date.now() / 1000);
    const times = { start: String(now - 3600), end: String(now) };
    const query = new URLSearchParams({ tags: pairs.join(" "), limit: String(limit), ...times });
    const answer = await this.text(`/api/search?${query.toString()}`, tenant);
    const { traces = [] } = JSON.parse(answer) as { traces?: { traceID: string }[] };
    // It writes an id as a number: without the zeros in front of it.
    return traces.map(({ traceID }) => traceID.padStart(32, "0"));
  }
}

/** In JSON of protobuf, bytes are base64. */
function hexadecimal(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}

function valuesOf(attributes: readonly Attribute[] = []): Record<string, string> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]),
  );
}
