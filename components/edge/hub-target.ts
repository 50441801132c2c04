import { backendNames, backendOf, isBackend } from "../backends/registry";
import type { EdgeConnectionBackends } from "../contract/connection";
import { DEFAULT_BACKENDS } from "../contract/defaults";
import { SIGNALS, type Signal } from "../contract/names";
import { issueUnless, type Issue } from "../kit/issues";

/** Where an edge writes. */
export interface HubTarget {
  /** The hub's gateway, e.g. `https://ingest.ops.example.com`. */
  readonly url: string;
  readonly serverName: string;
  /** Backend of each signal, also of those that the hub does not store for this edge. */
  readonly backends: Readonly<Record<Signal, string>>;
}

export function hubTarget(
  hub: Pick<HubTarget, "url" | "serverName">,
  backends: EdgeConnectionBackends = {},
): HubTarget {
  const { url, serverName } = hub;
  return { url, serverName, backends: { ...DEFAULT_BACKENDS, ...backends } };
}

/** Path at the gateway. Undefined where the signal's backend does not take the protocol. */
export function ingestPath(backend: string, signal: Signal, protocol: string): string | undefined {
  if (!isBackend(signal, backend)) return undefined;
  return backendOf(signal, backend).ingest.find((way) => way.protocol === protocol)?.path;
}

/** Address to which a signal is written, as a part of an exporter's configuration. */
export function endpoint<Key extends string>(
  key: Key,
  { url, backends }: HubTarget,
  signal: Signal,
  protocol: string,
): { [K in Key]?: string } {
  const path = ingestPath(backends[signal], signal, protocol);
  return (path === undefined ? {} : { [key]: `${url}${path}` }) as { [K in Key]?: string };
}

/** Backends that this version of Heliograph does not know: it cannot write to them. */
export function backendIssues(backends: EdgeConnectionBackends = {}): Issue[] {
  return SIGNALS.flatMap((signal) => {
    const name = backends[signal];
    return issueUnless(name === undefined || isBackend(signal, name), [signal], {
      got: name,
      expected: `a backend that stores ${signal}: ${backendNames(signal).join(", ")}`,
      example: backendNames(signal)[0],
    });
  });
}
