import { DEFAULT_BACKENDS } from "./defaults";
import { SIGNALS, type Signal } from "./names";
import { EDGE_CONTRACT_VERSION, type EdgeContract } from "./edge";
import {
  gatewayUrl,
  HUB_CONTRACT_VERSION,
  type EdgeFacts,
  type HubContract,
  type HubContractEdge,
} from "./hub";

/** Name of the backend of each signal that a cell stores. */
type CellBackends = { readonly [S in Signal]?: string | undefined } & {
  readonly metrics: string;
};

/** An edge of the inventory, as its hub tells it about itself. */
export interface ContractEdge extends Omit<EdgeFacts, "signals"> {
  readonly name: string;
  readonly revoked: boolean;
}

/** The part of a hub that its edges have to know. */
export interface ContractHub {
  readonly gateway: { readonly host: string; readonly port: number };
  /** Backends by cell. */
  readonly cells: Readonly<Record<string, CellBackends>>;
  readonly edges: readonly ContractEdge[];
}

/** What the hub's certificate authority made. PEM. */
interface SignedParts {
  readonly trustBundle: string[];
  /** By edge. */
  readonly certificates: Readonly<Record<string, string>>;
  /** Vouches for the hub when it queries edges in place. Empty where it queries none. */
  readonly queryTrust: string[];
  /** Undefined where the certificates come from another authority than MtlsPki. */
  readonly authority?: HubContract["authority"];
  /** From `encodeAlerting`. */
  readonly alerting?: object | undefined;
}

/** The hub's side of the contract: publish it as an output, and edges read it with `decodeHub`. */
export function encodeHub(
  { gateway, cells, edges }: ContractHub,
  { trustBundle, certificates, queryTrust, authority, alerting }: SignedParts,
): HubContract {
  return {
    contractVersion: HUB_CONTRACT_VERSION,
    gateway: gatewayAddress(gateway),
    trustBundle,
    deduplicates: true,
    ...(authority && { authority }),
    ...encodeBackends(cells),
    ...(queryTrust.length > 0 && { queryTrust }),
    // Others have no use for it.
    ...(alerting && edges.some(({ query }) => query !== undefined) && { alerting }),
    edges: Object.fromEntries(
      edges.map((edge) => [
        edge.name,
        encodeHubEdge(edge, cells[edge.cell], certificates[edge.name]),
      ]),
    ),
  };
}

export function gatewayAddress({ host, port }: ContractHub["gateway"]): HubContract["gateway"] {
  return { url: gatewayUrl(host, port), serverName: host };
}

/** Default backends are left out: hubs from before there was a choice name none. */
function encodeBackends(
  cells: ContractHub["cells"],
): Pick<HubContract, "metricsBackends" | "backends"> {
  const named = Object.entries(cells).map(
    ([cell, backends]) => [cell, otherThanDefault(backends)] as const,
  );
  const metrics = named.flatMap(([cell, backends]) =>
    backends.metrics === undefined ? [] : [[cell, backends.metrics] as const],
  );
  const others = named.flatMap(([cell, { logs, traces }]) =>
    logs === undefined && traces === undefined
      ? []
      : [[cell, { ...(logs && { logs }), ...(traces && { traces }) }] as const],
  );
  return {
    ...(metrics.length > 0 && { metricsBackends: Object.fromEntries(metrics) }),
    ...(others.length > 0 && { backends: Object.fromEntries(others) }),
  };
}

function otherThanDefault(backends: CellBackends): Partial<Record<Signal, string>> {
  return Object.fromEntries(
    SIGNALS.flatMap((signal) => {
      const name = backends[signal];
      return name === undefined || name === DEFAULT_BACKENDS[signal] ? [] : [[signal, name]];
    }),
  );
}

/** A revoked edge keeps its certificate, but it is not `signed`: the gateway rejects it. */
function encodeHubEdge(
  edge: ContractEdge,
  backends: CellBackends | undefined,
  certificate: string | undefined,
): HubContractEdge {
  const facts = encodeFacts(edge, backends);
  if (edge.revoked) return { state: "revoked", ...facts, ...(certificate && { certificate }) };
  return certificate ? { state: "signed", ...facts, certificate } : { state: "waiting", ...facts };
}

/** What the inventory says of an edge, whatever its state. */
export function encodeFacts(edge: ContractEdge, backends: CellBackends | undefined): EdgeFacts {
  const { tenant, cell, environment, region, clusterType, keyGeneration, activeSeries } = edge;
  const { nodes, pods, applicationSeries, logBytesPerSecond, spansPerSecond, query } = edge;
  return {
    ...{ tenant, cell, environment, region, clusterType, keyGeneration, activeSeries },
    ...(nodes !== undefined && { nodes, pods, applicationSeries }),
    signals: SIGNALS.filter((signal) => backends?.[signal] !== undefined),
    ...{ logBytesPerSecond, spansPerSecond },
    ...(query !== undefined && { query }),
    outageSeconds: edge.outageSeconds,
  };
}

/** What an edge says of itself. */
interface EdgeToEncode {
  readonly name: string;
  readonly keyGeneration: number;
  /** Host and port at which the hub queries it in place. */
  readonly query?: string | undefined;
}

/**
 * The edge's side of the contract: publish it as an output, and the hub reads it with `decodeEdge`.
 *
 * @param runsWith What the edge was given. Undefined while it has no connection yet.
 */
export function encodeEdge(
  { name, keyGeneration, query }: EdgeToEncode,
  request: string,
  runsWith?: EdgeContract["runsWith"],
): EdgeContract {
  return {
    contractVersion: EDGE_CONTRACT_VERSION,
    name,
    keyGeneration,
    ...(query !== undefined && { query }),
    request,
    ...(runsWith ? { state: "connected", runsWith } : { state: "asking" }),
  };
}
