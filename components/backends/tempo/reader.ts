import type { TenantLimits } from "../backend";
import { lastHour, PodReader } from "../kit/pod-reader";
import { overridesIn } from "../kit/runtime-limits";
import {
  PROBE_SERVICE,
  type Ask,
  type Probe,
  type StoredSpan,
  type TracesReader,
} from "../requests";

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

/** Tempo's query interface: https://grafana.com/docs/tempo/latest/api_docs/ */
export class TempoReader extends PodReader implements TracesReader {
  constructor(ask: Ask) {
    super("Tempo", ask);
  }

  async trace(tenant: string, id: string): Promise<StoredSpan[]> {
    const path = `/api/traces/${id}`;
    const response = await this.request({ path, tenants: [tenant] });
    if (response.status === 404) return [];
    if (response.status !== 200) throw this.unexpected(path, response);
    const { batches = [] } = JSON.parse(response.body) as Trace;
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

  async search(
    tenant: string,
    attributes: Readonly<Record<string, string>>,
    limit = 20,
  ): Promise<string[]> {
    const pairs = Object.entries(attributes).map(
      ([key, value]) => `${key}=${JSON.stringify(value)}`,
    );
    const query = new URLSearchParams({
      ...(pairs.length > 0 && { tags: pairs.join(" ") }),
      limit: String(limit),
    });
    const path = `/api/search?${query.toString()}&${lastHour()}`;
    const { traces = [] } = await this.json<{ traces?: { traceID: string }[] }>(path, [tenant]);
    // It writes an id as a number: without the zeros in front of it.
    return traces.map(({ traceID }) => traceID.padStart(32, "0"));
  }

  failure(tenants: readonly string[]): Promise<string | undefined> {
    return this.healthOf({ path: "/api/echo", tenants }, (body) => body.trim() === "echo");
  }

  async tenants(tenants: readonly string[]): Promise<string[]> {
    // Tempo 2 takes the same question as version 1.
    const path = "/api/search/tag/tenant_id/values";
    const { tagValues } = await this.json<{ tagValues?: string[] }>(path, tenants);
    return tagValues ?? [];
  }

  async limits(): Promise<TenantLimits> {
    const text = await this.text("/status/runtime_config");
    // The first line names the path.
    return overridesIn(text.replace(/^GET .*\n/, ""));
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

export const OTLP_PATH = "/v1/traces";

/** A trace of one span. */
export const traceProbe: Probe = {
  what: "trace",
  write({ id, labels, milliseconds }, encode) {
    const traceId = traceIdOf(id);
    const span = {
      traceId,
      spanId: traceId.slice(16),
      name: "probe",
      start: milliseconds,
      end: milliseconds + 1,
      resource: { ...labels, "service.name": PROBE_SERVICE },
    };
    return { path: OTLP_PATH, method: "POST", ...encode.spans([span]) };
  },
  async count(ask, tenant, ids) {
    const reader = new TempoReader(ask);
    const found = await Promise.all(ids.map((id) => reader.trace(tenant, traceIdOf(id))));
    return found.filter((spans) => spans.length > 0).length;
  },
};

/** A UUID is 32 hexadecimal digits, with dashes. */
function traceIdOf(id: string): string {
  return id.replaceAll("-", "");
}
