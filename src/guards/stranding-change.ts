import {
  backendName,
  INGESTER,
  microservicesRole,
  type Architecture,
} from "../../components/in-force";

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

const FLUSH_PATHS: Readonly<Record<Exclude<Architecture["name"], "thanos">, string>> = {
  mimir: "ingester/flush?wait=true",
  cortex: "ingester/flush?wait=true",
  loki: "flush",
  tempo: "flush",
};

/** Makes what stores a cell's signal upload all it has. */
export function flush(cell: string, { name, httpPort: port }: Architecture): string[] {
  // It makes blocks of what it has when it stops, and uploads them when it starts again; those of what came late when it always does.
  if (name === "thanos") {
    const { instance, component } = microservicesRole(name, cell, INGESTER);
    const ingesters = `app.kubernetes.io/instance=${instance},app.kubernetes.io/component=${component}`;
    return [
      "wait until the last late sample has been there for 5 hours; then restart its ingesters, which then upload:",
      ...["restart", "status"].map(
        (verb) => `kubectl -n heliograph-hub rollout ${verb} statefulset -l ${ingesters}`,
      ),
    ];
  }
  return [
    `kubectl -n heliograph-hub port-forward service/${backendName(name, cell)} ${port} &`,
    `curl -X POST 'http://localhost:${port}/${FLUSH_PATHS[name]}'`,
  ];
}
