import { cacheFaults, type CacheArgs } from "../kit/cache-check";
import {
  layoutFaults,
  type BackendLayoutArgs,
  type Standing,
  type TopologyFault,
} from "../kit/topology";
import { LOKI } from "./components";
import { lokiLayout, MOST_LOG_BYTES, type LokiLayout } from "./profiles";

/** How the configuration wants the log lines of a cell to be stored. */
export interface LokiTopologyArgs extends BackendLayoutArgs, CacheArgs {}

export interface LokiLoad {
  /** Bytes of log lines that all edges of the cell send in a second. */
  readonly bytesPerSecond: number;
}

/** The layout of microservices; undefined for `single`. */
export function lokiPlan(
  { topology, replicas }: BackendLayoutArgs,
  { bytesPerSecond }: LokiLoad,
): LokiLayout | undefined {
  return topology === "microservices" ? lokiLayout({ bytesPerSecond, replicas }) : undefined;
}

export function lokiStanding(args: BackendLayoutArgs, load: LokiLoad): Standing {
  const layout = lokiPlan(args, load);
  return layout
    ? {
        topology: "microservices",
        copies: layout.replication.ingester,
        ingesters: layout.sizes.ingester.replicas,
      }
    : { topology: "single", copies: 1, ingesters: 1 };
}

export function lokiFaults(
  cell: string,
  args: LokiTopologyArgs,
  load: LokiLoad,
): TopologyFault<keyof LokiTopologyArgs>[] {
  return [...topologyFaults(cell, args), ...cacheFaults(args), ...loadFaults(cell, load)];
}

function topologyFaults(cell: string, args: LokiTopologyArgs): TopologyFault[] {
  const { topology = "single", replicas = {}, caches, redis } = args;
  if (topology === "microservices")
    return [...layoutFaults(LOKI, cell, args), ...compactorFaults(args)];
  if (Object.keys(replicas).length === 0 && !caches && !redis) return [];
  const expected = "microservices, because replicas, caches or redis are given";
  return [{ key: "topology", got: topology, expected, example: "microservices" }];
}

/** Whoever asks what is to be deleted asks one of them. */
function compactorFaults({ replicas = {} }: BackendLayoutArgs): TopologyFault[] {
  const { compactor = 1 } = replicas;
  if (compactor === 1) return [];
  return [
    { key: "replicas", got: { compactor }, expected: "one compactor", example: { querier: 4 } },
  ];
}

function loadFaults(cell: string, { bytesPerSecond }: LokiLoad): TopologyFault[] {
  if (bytesPerSecond <= MOST_LOG_BYTES) return [];
  return [
    {
      key: "topology",
      got: `${bytesPerSecond} bytes of log lines per second`,
      expected: `at most ${MOST_LOG_BYTES} bytes of log lines per second in one cell; give some of its edges tenants of another cell, with buckets of its own`,
      example: { metrics: { bucket: "..." }, logs: { bucket: "..." } },
      as: ["cells", `${cell}-2`],
    },
  ];
}
