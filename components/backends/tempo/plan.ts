import {
  layoutFaults,
  type BackendLayoutArgs,
  type Standing,
  type TopologyFault,
} from "../kit/topology";
import { tempoBackend } from "./components";
import { MOST_SPANS, tempoLayout, type TempoLayout } from "./profiles";

/** How the configuration wants Tempo of a cell to run. */
export interface TempoTopologyArgs extends BackendLayoutArgs {
  readonly metricsGenerator?: boolean;
}

export interface TempoLoad {
  readonly spansPerSecond: number;
  /** Edges of the cell that send some of their traces only. */
  readonly sampled: readonly string[];
}

/** The layout of microservices; undefined for `single`. */
export function tempoPlan(
  args: TempoTopologyArgs,
  { spansPerSecond }: TempoLoad,
): TempoLayout | undefined {
  return args.topology === "microservices"
    ? tempoLayout({ spansPerSecond, replicas: args.replicas })
    : undefined;
}

export function tempoStanding(args: TempoTopologyArgs, load: TempoLoad): Standing {
  const layout = tempoPlan(args, load);
  return layout
    ? {
        topology: "microservices",
        copies: layout.ingesterReplication,
        ingesters: layout.sizes.ingester.replicas,
      }
    : { topology: "single", copies: 1, ingesters: 1 };
}

export function tempoFaults(
  cell: string,
  args: TempoTopologyArgs,
  load: TempoLoad,
): TopologyFault<keyof TempoTopologyArgs>[] {
  return [...topologyFaults(cell, args), ...samplingFaults(args, load), ...loadFaults(cell, load)];
}

function topologyFaults(cell: string, args: TempoTopologyArgs): TopologyFault[] {
  const { topology = "single", replicas = {}, metricsGenerator = false } = args;
  if (topology === "microservices") return layoutFaults(tempoBackend(metricsGenerator), cell, args);
  if (Object.keys(replicas).length === 0) return [];
  return [
    {
      key: "topology",
      got: topology,
      expected: "microservices, because replicas are given",
      example: "microservices",
    },
  ];
}

/** Metrics of the traces that sampling leaves would count those alone, and look like metrics of all. */
function samplingFaults(
  { metricsGenerator }: TempoTopologyArgs,
  { sampled }: TempoLoad,
): TopologyFault<"metricsGenerator">[] {
  if (!metricsGenerator || sampled.length === 0) return [];
  const expected = `false: metrics would be made of the traces that sampling leaves of ${sampled.join(", ")}; edges make them of all traces, before they sample`;
  return [{ key: "metricsGenerator", got: true, expected, example: false }];
}

function loadFaults(cell: string, { spansPerSecond }: TempoLoad): TopologyFault[] {
  if (spansPerSecond <= MOST_SPANS) return [];
  return [
    {
      key: "topology",
      got: `${spansPerSecond} spans per second`,
      expected: `at most ${MOST_SPANS} spans per second in one cell; give some of its edges tenants of another cell, with buckets of its own`,
      example: { metrics: { bucket: "..." }, traces: { bucket: "..." } },
      as: ["cells", `${cell}-2`],
    },
  ];
}
