import type { TenantLimits } from "../backend";
import { formOf, lastHour, PodReader } from "../kit/pod-reader";
import {
  PROBE_SERVICE,
  type Ask,
  type ExpectedLabels,
  type LogLine,
  type LogsReader,
  type Probe,
  type TimeRange,
} from "../requests";
import { fromYaml } from "../../kit/yaml";

/** Shows the limits of one tenant. Loki shows those of all tenants nowhere. */
const LIMITS_PATH = "/config/tenant/v1/limits";
const OTLP_PATH = "/otlp/v1/logs";

/** Loki's query interface: https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export class LokiReader extends PodReader implements LogsReader {
  constructor(ask: Ask) {
    super("Loki", ask);
  }

  async newestLine(tenant: string, cluster: string, range: TimeRange) {
    const query = `{cluster="${cluster}", service_name!="${PROBE_SERVICE}"}`;
    const [newest] = await this.lines([tenant], query, range, 1);
    return newest;
  }

  async unexpectedStreams(
    tenant: string,
    { labels: { cluster, ...others }, clusters }: ExpectedLabels,
    range: TimeRange,
  ) {
    // Of labels alone: it costs little however many lines there are.
    const queries = [
      // Loki wants one label that is there, and every stream has this one.
      `{service_name=~".+", cluster!~"${clusters.join("|")}"}`,
      ...Object.entries(others).map(
        ([label, value]) => `{cluster="${cluster}", ${label}!=${JSON.stringify(value)}}`,
      ),
    ];
    const found = queries.map(async (query) => {
      const { length: streams } = await this.streams([tenant], query, range);
      return { query, streams };
    });
    return (await Promise.all(found)).filter(({ streams }) => streams > 0);
  }

  linesOfTrace(tenant: string, cluster: string, traceId: string, range: TimeRange) {
    return this.lines([tenant], `{cluster="${cluster}"} | trace_id="${traceId}"`, range);
  }

  failure(tenants: readonly string[]): Promise<string | undefined> {
    const query = "direction=backward&query=vector(1)%2Bvector(1)&time=4000000000";
    return this.healthOf({ path: `/loki/api/v1/query?${query}`, tenants }, (body) => {
      const { data } = JSON.parse(body) as { data: { result: { value: [number, string] }[] } };
      return data.result[0]?.value[1] === "2";
    });
  }

  async tenants(tenants: readonly string[]): Promise<string[]> {
    const path = `/loki/api/v1/label/tenant_id/values?${lastHour("000000000")}`;
    const { data } = await this.json<{ data?: string[] }>(path, tenants);
    return data ?? [];
  }

  /** Lines that a LogQL query finds, newest first. `limit`: at most so many. */
  async lines(
    tenants: readonly string[],
    logql: string,
    range: TimeRange,
    limit = 100,
  ): Promise<LogLine[]> {
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
        values.map(([time, text]) => ({
          labels,
          text,
          time: Number(BigInt(time) / 1_000_000n),
        })),
      )
      .sort((a, b) => b.time - a.time);
  }

  /** The number that a LogQL query of metrics comes down to; 0 where it finds nothing. */
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
    range: TimeRange,
  ): Promise<Record<string, string>[]> {
    return this.ask(tenants, "series", { "match[]": selector, ...times(range) });
  }

  /** Names of the index labels that there are. */
  labels(tenants: readonly string[], range: TimeRange): Promise<string[]> {
    return this.ask(tenants, "labels", times(range));
  }

  async limits(tenants: readonly string[]): Promise<TenantLimits> {
    const entries = tenants.map(async (tenant) => [
      tenant,
      fromYaml(await this.text(LIMITS_PATH, [tenant])) as unknown,
    ]);
    return Object.fromEntries(await Promise.all(entries)) as TenantLimits;
  }

  private async ask<Data>(
    tenants: readonly string[],
    what: string,
    parameters: Record<string, string>,
  ): Promise<Data> {
    const path = `/loki/api/v1/${what}?${formOf(parameters)}`;
    const { data } = await this.json<{ data?: Data }>(path, tenants);
    // Lists are left out where there is nothing.
    return data ?? ([] as unknown as Data);
  }
}

function times({ from, to }: TimeRange) {
  return { start: nanoseconds(from), end: nanoseconds(to) };
}

function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds)) * 1_000_000n}`;
}

/** Around the time of a line that `verify` has written, in milliseconds. */
const SEARCHED = 600_000;

/** A line by OTLP, as collectors write. */
export const lineProbe: Probe = {
  what: "log line",
  write({ id, labels, milliseconds }, encode) {
    const resource = { ...labels, "service.name": PROBE_SERVICE };
    const line = {
      time: milliseconds,
      text: `probe ${id}`,
      resource,
      attributes: { level: "info" },
    };
    return { path: OTLP_PATH, method: "POST", ...encode.logLines([line]) };
  },
  async count(ask, tenant, ids, milliseconds) {
    const query = `{service_name="${PROBE_SERVICE}"} |~ "probe (${ids.join("|")})"`;
    const range = { from: milliseconds - SEARCHED, to: milliseconds + SEARCHED };
    return (await new LokiReader(ask).lines([tenant], query, range)).length;
  },
};
