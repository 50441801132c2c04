import type { AddressName, Backend, IngestPath, Protocol } from "../../backends/backend";
import { backendsOf } from "../../backends/registry";
import { SIGNALS, type Signal } from "../../contract/names";

/** A location of the gateway, at which edges write, and the backends that take what comes there. */
export interface IngestLocation {
  readonly path: string;
  readonly signal: Signal;
  readonly protocol: Protocol;
  /** Which address of the backend takes it. */
  readonly port: AddressName;
  /** Largest body that one of the backends takes, in bytes. */
  readonly maxBodyBytes: number;
  /** Backends that take it, each with the path at which it does. */
  readonly takenBy: readonly Taker[];
}

interface Taker {
  readonly backend: Backend;
  readonly backendPath: string;
  readonly ingest: IngestPath;
}

/**
 * Every location, of all backends. NGINX's configuration, the gateway's answers and their
 * documentation are made from this list.
 */
export function ingestLocations(): IngestLocation[] {
  return SIGNALS.flatMap((signal) => {
    const byPath = new Map<string, Taker[]>();
    for (const backend of backendsOf(signal)) {
      for (const ingest of backend.ingest) {
        const { path, backendPath = path } = ingest;
        byPath.set(path, [...(byPath.get(path) ?? []), { backend, backendPath, ingest }]);
      }
    }
    return [...byPath].map(([path, takenBy]) => locationOf(signal, path, takenBy));
  });
}

function locationOf(signal: Signal, path: string, takenBy: readonly Taker[]): IngestLocation {
  const [{ protocol, port }] = takenBy.map(({ ingest }) => ingest) as [IngestPath];
  const maxBodyBytes = Math.max(...takenBy.map(({ ingest }) => ingest.maxBodyBytes));
  return { path, signal, protocol, port, maxBodyBytes, takenBy };
}

export const isGrpc = ({ protocol }: Pick<IngestLocation, "protocol">) => protocol === "OTLP/gRPC";

/** Paths that people write to. gRPC has none that anybody would type. */
export function postTo(locations: readonly IngestLocation[]): string {
  return locations
    .filter((location) => !isGrpc(location))
    .map(({ path }) => path)
    .join(", ");
}
