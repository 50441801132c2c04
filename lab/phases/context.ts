import { ensureImages, type ImageName, type ImageTar } from "../images/index.js";
import {
  type BuildEvent,
  type Builds,
  type Debian,
  type ProgramName,
  programNames,
  startBuilds,
} from "../toolchain/index.js";

/** What the steps share. */
export interface Context {
  signal: AbortSignal;
  debian: Debian;
  builds: Builds;
  /**
   * Each image is made once, as soon as its programs are there, however many clusters ask for it.
   */
  image(name: ImageName): Promise<ImageTar>;
}

/**
 * The programs in the order in which they are needed. One build uses all cores, so they are built
 * one after another, while what is there already starts.
 */
export const buildOrder = [
  "kubernetes",
  "pause",
  "coredns",
  "minio",
  "pulumi",
  "mimir",
  "loki",
  "tempo",
  "tempo-front",
  "prometheus",
  "alertmanager",
  "kube-state-metrics",
  "prom-label-proxy",
  "nginx-prometheus-exporter",
  "statsd-exporter",
  "otelcol",
  "telemetrygen",
] as const satisfies ProgramName[];

/** What only tests with real programs run comes after everything that the lab needs. */
export const everyProgram: readonly ProgramName[] = [...new Set([...buildOrder, ...programNames])];

interface ContextOptions {
  /** Those to build, the lab's own among them. */
  readonly programs?: readonly ProgramName[];
  readonly onEvent?: (event: BuildEvent) => void;
}

/** Starts what is still to be built, for the steps that need it. */
export function startContext(
  signal: AbortSignal,
  debian: Debian,
  { programs = buildOrder, onEvent = () => undefined }: ContextOptions = {},
): Context {
  const builds = startBuilds(programs, { signal, onEvent });
  return { signal, debian, builds, image: imageMaker(builds, debian) };
}

function imageMaker(builds: Builds, debian: Debian): Context["image"] {
  const made = new Map<ImageName, Promise<ImageTar>>();
  return (name) => {
    const image =
      made.get(name) ??
      ensureImages([name], { ready: builds.ready, debian }).then(([only]) => only!);
    made.set(name, image);
    return image;
  };
}
