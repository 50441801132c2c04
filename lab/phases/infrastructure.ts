import { join } from "node:path";
import { clusters } from "../clusters/topology.js";
import { prepareProject } from "../project/index.js";
import { startStore } from "../store/minio.js";
import {
  type BuildEvent,
  type Builds,
  type Debian,
  describeBuild,
  type ProgramName,
} from "../toolchain/index.js";
import { bringUpCluster } from "./cluster.js";
import { buildOrder, type Context, startContext } from "./context.js";
import type { Report, Step } from "./steps.js";

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
