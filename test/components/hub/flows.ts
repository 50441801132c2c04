import { SIGNALS, type Signal } from "../../../components/contract/names";
import type { CellSources, SignalSource } from "../../../components/hub/grafana/datasources";
import { hubFlows, hubPolicies, type HubFlowsArgs } from "../../../components/hub/network";
import { resolveHub } from "../../../components/hub/resolve";
import { backendOf } from "../../../components/backends/registry";
import type { StoreAddress } from "../../../components/storage/flows";

/** A store: where it is, and its options. */
export type StoreFlows = StoreAddress & {
  readonly backend?: string;
  readonly microservices?: boolean;
  readonly caches?: boolean;
  readonly metricsGenerator?: boolean;
};

export interface FlowsArgs extends Omit<HubFlowsArgs, "hub" | "addressOf"> {
  readonly cells: Readonly<
    Record<string, { metrics: StoreFlows; logs?: StoreFlows; traces?: StoreFlows }>
  >;
  readonly agentNamespace: string;
  readonly alertmanagerPorts?: readonly number[];
}

function argsOf({ cells, agentNamespace, alertmanagerPorts = [], ...args }: FlowsArgs) {
  const sections = Object.entries(cells).map(([name, stores]) => [
    name,
    Object.fromEntries(
      Object.entries(stores).map(([signal, { backend, microservices, caches, ...store }]) => {
        const topology = microservices ? "microservices" : "single";
        return [
          signal,
          {
            ...{ backend, topology, caches },
            ...(store.metricsGenerator && { metricsGenerator: true }),
          },
        ];
      }),
    ),
  ]);
  const hub = resolveHub({
    cells: Object.fromEntries(sections),
    tenants: {},
    edges: {},
    agentNamespace,
    alerting: { alertmanagers: alertmanagerPorts.map((port) => `http://alerts:${port}`) },
  });
  const addressOf = (cell: string, signal: Signal) => cells[cell]![signal]!;
  return { ...args, hub, addressOf };
}

export const flowsOf = (args: FlowsArgs) => hubFlows(argsOf(args));
export const policiesOf = (args: FlowsArgs) => hubPolicies(argsOf(args));

/** Sources of a cell, by the addresses of who answers. */
export function cellSources(
  readers: Readonly<Partial<Record<Signal, string>>>,
  tenants: readonly string[],
  more: {
    readonly metricsBackend?: string;
    readonly allReaders?: Readonly<Partial<Record<Signal, string>>>;
    readonly oneByOne?: readonly Signal[];
  } = {},
): CellSources {
  const sources = SIGNALS.flatMap((signal): [Signal, SignalSource][] => {
    const reader = readers[signal];
    if (reader === undefined) return [];
    const allReader = more.allReaders?.[signal];
    return [
      [
        signal,
        {
          backend: backendOf(signal, signal === "metrics" ? more.metricsBackend : undefined),
          reader,
          ...(allReader !== undefined && { allReader }),
          severalTenants: !more.oneByOne?.includes(signal),
        },
      ],
    ];
  });
  return { tenants, sources: Object.fromEntries(sources) };
}
