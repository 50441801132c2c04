import { join } from "node:path";
import { clusters } from "../clusters/topology.js";
import { ensureImages, type ImageName, type ImageTar } from "../images/index.js";
import { prepareProject } from "../project/index.js";
import { startStore } from "../store/minio.js";
import {
  type BuildEvent,
  type Builds,
  type Debian,
  describeBuild,
  type ProgramName,
  programNames,
  startBuilds,
} from "../toolchain/index.js";
import { bringUpCluster } from "./cluster.js";
import type { Report, Step } from "./steps.js";

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
const buildOrder = [
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
  "nginx-prometheus-exporter",
  "statsd-exporter",
  "otelcol",
  "telemetrygen",
] as const satisfies ProgramName[];

/** What only tests with real programs run comes after everything that the lab needs. */
export const everyProgram: readonly ProgramName[] = [...new Set([...buildOrder, ...programNames])];

/**
 * Programs, store and clusters, side by side: each part starts as soon as the programs it needs are
 * there.
 */
export function infrastructureSteps(
  signal: AbortSignal,
  debian: Debian,
  programs: readonly ProgramName[] = buildOrder,
): [programs: Step, ...others: Step[]] {
  const progress = new BuildProgress();
  const context = startContext(signal, debian, {
    programs,
    onEvent: (event) => progress.tell(event),
  });
  const { builds } = context;
  const perCluster = clusters.map((cluster) => ({
    title: `Cluster ${cluster.name}`,
    run: (report: Report) => bringUpCluster(cluster, context, report),
  }));
  return [
    { title: "Programs", run: (report) => progress.follow(builds, report) },
    { title: "Object store", run: (report) => bringUpStore(context, report) },
    { title: "Pulumi project", run: (report) => bringUpProject(context, report) },
    ...perCluster,
  ];
}

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

async function bringUpStore({ builds, signal }: Context, report: Report): Promise<void> {
  report("waiting for MinIO");
  const folder = await builds.ready("minio");
  report("starting");
  await startStore(join(folder, "minio"), signal);
}

async function bringUpProject({ builds, signal }: Context, report: Report): Promise<void> {
  report("waiting for Pulumi");
  await prepareProject(await builds.ready("pulumi"), signal, report);
}

/**
 * A build tells its progress each second; where lines stay (no terminal) two a minute are enough.
 */
class BuildProgress {
  #report: Report = () => undefined;
  #told = 0;

  async follow(builds: Builds, report: Report): Promise<void> {
    this.#report = report;
    await builds.done;
  }

  tell(event: BuildEvent): void {
    const recent = Date.now() - this.#told < 30_000;
    if (event.kind === "building" && recent && !process.stdout.isTTY) return;
    this.#told = Date.now();
    this.#report(describeBuild(event));
  }
}
