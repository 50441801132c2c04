import { applyAddons } from "../addons/index.js";
import { adminKubectl } from "../clusters/api.js";
import { importImages } from "../clusters/images.js";
import { startCluster } from "../clusters/start.js";
import type { Cluster } from "../clusters/topology.js";
import { imageNames, type ImageName } from "../images/index.js";
import { ensureDebianPackages, programNames } from "../toolchain/index.js";
import { recipes } from "../toolchain/programs.js";
import { type Context, startContext } from "./context.js";

/** The node itself cannot do without these; the others are imported as they come. */
const nodeImages: ImageName[] = ["pause", "coredns"];

const hubImages: ImageName[] = ["mimir", "loki", "tempo", "grafana"];
/** The demo is on edges alone. */
const edgeImages: ImageName[] = ["node"];

/** What scenarios bring. */
const scenarioImages = ["cortex", "thanos", "memcached"] as const satisfies ImageName[];
type ScenarioImage = (typeof scenarioImages)[number];

export function imagesOf(cluster: Cluster): ImageName[] {
  const others = cluster.name === "ops" ? edgeImages : hubImages;
  return imageNames().filter(
    (name) => !others.includes(name) && !scenarioImages.some((image) => image === name),
  );
}

/** Builds what it is made of first, where nobody has. */
export async function bringImage(
  cluster: Cluster,
  // The second is at the hub anyway.
  name: ScenarioImage | "alertmanager",
  signal: AbortSignal,
): Promise<void> {
  const debian = await ensureDebianPackages({ signal });
  const context = startContext(signal, debian, {
    programs: programNames.filter((program) => program === name),
  });
  await importImages(cluster, { debian }, [await context.image(name)]);
}

/** One cluster, to the point where the program can be deployed to it. */
export async function bringUpCluster(
  cluster: Cluster,
  context: Context,
  report: (step: string) => void,
): Promise<void> {
  report("waiting for Kubernetes");
  const kubernetes = await context.builds.ready("kubernetes");
  const [pause, coredns] = await Promise.all([context.image("pause"), context.image("coredns")]);
  const kubernetesVersion = recipes.kubernetes.version;
  const programs = { kubernetes, kubernetesVersion, debian: context.debian, pauseImage: pause.ref };
  await startCluster(cluster, { programs, signal: context.signal, report });

  report("images");
  await importImages(cluster, programs, [pause, coredns]);
  report("name service");
  await applyAddons(cluster, kubernetes, { coredns: coredns.ref });
  const rollout = [
    "rollout",
    "status",
    "deployment/coredns",
    "--namespace=kube-system",
    "--timeout=180s",
  ];
  await adminKubectl(cluster, kubernetes, rollout);

  for (const name of imagesOf(cluster).filter((name) => !nodeImages.includes(name))) {
    report(`image ${name}`);
    await importImages(cluster, programs, [await context.image(name)]);
  }
}
