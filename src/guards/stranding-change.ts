import type { Signal } from "../../components/contract/names";

/** A change that leaves data behind or loses it. */
export interface Stranding {
  /** Its name in `acceptStranding`. */
  readonly key: string;
  /** Section whose `acceptStranding` takes it. */
  readonly section: "hub" | "edge";
  readonly was: string;
  readonly asked: string;
  /** What would be lost, for whom. */
  readonly lost: string;
  /** How it is done properly, step by step. */
  readonly instead: readonly string[];
}

/** A value that is known on both sides, and not the same. */
export function moved(
  key: string,
  section: Stranding["section"],
  was: string | undefined,
  asked: string | undefined,
  what: Pick<Stranding, "lost" | "instead">,
): Stranding[] {
  if (was === undefined || asked === undefined || was === asked) return [];
  return [{ key, section, was: was || "none", asked: asked || "none", ...what }];
}

const FLUSHES = {
  metrics: { backend: "mimir", port: 8080, path: "ingester/flush?wait=true" },
  logs: { backend: "loki", port: 3100, path: "flush" },
  traces: { backend: "tempo", port: 3200, path: "flush" },
} as const;

/** Makes what stores a cell's signal upload all it has. */
export function flush(cell: string, signal: Signal): string[] {
  const { backend, port, path } = FLUSHES[signal];
  return [
    `kubectl -n heliograph-hub port-forward service/${backend}-${cell} ${port} &`,
    `curl -X POST 'http://localhost:${port}/${path}'`,
  ];
}
