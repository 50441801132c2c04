import { GLOBAL_QUERY, GLOBAL_QUERY_PORT, HUB_NAMESPACE } from "@heliograph/heliograph/model";
import { request, type Endpoint } from "../../../src/cli/cluster/http";
import type { ScenarioContext } from "../context.js";
import { openCluster } from "./hub.js";

export interface PromQlAnswer {
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
  /** Each with times and values of a range selector, where that was asked for. */
  readonly ranges: readonly (readonly (readonly [seconds: number, value: number])[])[];
  /** What the answer lacks. */
  readonly warnings: readonly string[];
  readonly milliseconds: number;
}

/** Asks as Grafana asks, without a tenant. */
export type PromQl = (query: string, seconds?: number) => Promise<PromQlAnswer>;

/** The hub's one query over all edges and cells. */
export async function openGlobalQuery(lab: ScenarioContext): Promise<PromQl> {
  return promQl(
    await openCluster(lab, "ops").service(HUB_NAMESPACE, GLOBAL_QUERY.name, GLOBAL_QUERY_PORT),
    "/prometheus",
  );
}

/** `prefix`: of the paths of its interface. */
export function promQl(endpoint: Endpoint, prefix = ""): PromQl {
  return async (query, seconds = Date.now() / 1000) => {
    const began = performance.now();
    const parameters = new URLSearchParams({ query, time: String(seconds) }).toString();
    const { status, body } = await request({
      ...endpoint,
      path: `${prefix}/api/v1/query?${parameters}`,
    });
    const milliseconds = performance.now() - began;
    if (status !== 200) throw new Error(`${status} to ${query}: ${body.slice(0, 300)}`);
    const { data, warnings = [] } = JSON.parse(body) as Body;
    const samples = data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value?.[1]),
    }));
    const ranges = data.result.map(({ values = [] }) =>
      values.map(([at, value]) => [at, Number(value)] as const),
    );
    return { samples, ranges, warnings, milliseconds };
  };
}

/** Values by the one label that a query groups by. */
export function valuesBy(label: string, { samples }: PromQlAnswer): Record<string, number> {
  return Object.fromEntries(samples.map(({ labels, value }) => [labels[label] ?? "", value]));
}

interface Body {
  readonly data: {
    readonly result: readonly {
      metric: Record<string, string>;
      value?: [number, string];
      values?: [number, string][];
    }[];
  };
  readonly warnings?: readonly string[];
}
