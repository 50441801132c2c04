import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checksum } from "../../kit/checksum";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { bytesQuantity } from "../../kit/quantity";
import { toYaml } from "../../kit/yaml";
import { microservicesRole } from "../roles";
import { createCaches } from "./caches";
import { ANSWERS, isReplicated, isStateful, MIMIR_COMPONENTS, type MimirComponent } from "./components";
import { CONFIG_FILE, GOSSIP_PORT, MIMIR_HTTP_PORT, mimirConfig } from "./config";
import type { MimirArgs, Shared } from "./mimir";
import { FLUSH_SECONDS, mimirPod } from "./pod";
import type { Layout } from "./profiles";
import { answering, mimirName } from "./services";

export interface MicroservicesArgs {
  readonly layout: Layout;
  /** Three, or none. */
  readonly zones: readonly string[];
  /** Image of memcached, where there shall be caches. */
  readonly cacheImage?: string;
}

/** What every workload below is made from. */
interface Surroundings extends Shared {
  readonly parent: pulumi.Resource;
  /** Logical name of Mimir. */
  readonly name: string;
  readonly mimir: MimirArgs;
  readonly layout: Layout;
  readonly configMap: k8s.core.v1.ConfigMap;
  readonly configHash: pulumi.Output<string>;
}

/** Gives what has to be ready before anybody writes to it. */
export function createMicroservices(
  parent: pulumi.Resource,
  name: string,
  mimir: MimirArgs,
  { layout, zones, cacheImage }: MicroservicesArgs,
  shared: Shared,
): pulumi.Resource[] {
  const cacheHost = cacheImage && createCaches(parent, name, mimir, { size: layout.caches, image: cacheImage });
  const around = {
    ...shared,
    parent,
    name,
    mimir,
    layout,
    ...createConfig(parent, name, mimir, layout, zones, cacheHost),
  };
  createGossipService(around);
  createReadService(around);
  return MIMIR_COMPONENTS.flatMap((component): pulumi.Resource[] => {
    createDisruptionBudget(around, component);
    if (!isStateful(component)) return [createDeployment(around, component)];
    return isReplicated(component) && zones.length > 0
      ? createZones(around, component, zones)
      : [createStatefulSet(around, component, { replicas: layout.sizes[component].replicas })];
  });
}

function metadata({ mimir: { cell, namespace } }: Pick<Surroundings, "mimir">, component: MimirComponent, suffix = "") {
  const labels = objectLabels(microservicesRole(cell, component));
  return { name: `${mimirName(cell, component)}${suffix}`, namespace, labels };
}

function gossipHost(cell: string): string {
  return `${mimirName(cell)}-gossip`;
}

/** A file of its own: `single`, which may still be there, keeps the one that it would start with again. */
function createConfig(
  parent: pulumi.Resource,
  name: string,
  { cell, namespace, bucket }: MimirArgs,
  { replication }: Layout,
  zones: readonly string[],
  cacheHost: string | undefined,
) {
  const args = {
    name: mimirName(cell),
    gossipHost: gossipHost(cell),
    replication,
    zoneAware: zones.length > 0,
    cacheHost,
  };
  const text = bucket.apply((connection) => toYaml(mimirConfig(connection, args)));
  const configMap = new k8s.core.v1.ConfigMap(
    `${name}-microservices-config`,
    {
      metadata: { name: `${mimirName(cell)}-microservices`, namespace, labels: objectLabels(microservicesRole(cell)) },
      data: { [CONFIG_FILE]: text },
    },
    { parent },
  );
  return { configMap, configHash: text.apply((known) => checksum(known)) };
}

/** Leads to every pod of them, ready or not: they have to meet before they can be ready. */
function createGossipService({ parent, name, mimir: { cell, namespace } }: Surroundings): void {
  const role = microservicesRole(cell);
  new k8s.core.v1.Service(
    `${name}-gossip-service`,
    {
      metadata: { name: gossipHost(cell), namespace, labels: objectLabels(role) },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: selectorLabels(role),
        ports: [{ name: "gossip", port: GOSSIP_PORT, targetPort: "gossip", appProtocol: "tcp" }],
      },
    },
    { parent },
  );
}

function createReadService({ parent, name, mimir: { cell, namespace } }: Surroundings): void {
  const { host, role } = answering(cell, "microservices").reads;
  new k8s.core.v1.Service(
    `${name}-${ANSWERS.reads}-service`,
    {
      metadata: { name: host, namespace, labels: objectLabels(role) },
      spec: {
        selector: selectorLabels(role),
        ports: [{ name: "http", port: MIMIR_HTTP_PORT, targetPort: "http", appProtocol: "http" }],
      },
    },
    { parent },
  );
}

/** Several at a time would cost the quorum of ingesters, or the only pods that have a block. */
function createDisruptionBudget(around: Surroundings, component: MimirComponent): void {
  if (around.layout.sizes[component].replicas < 2) return;
  new k8s.policy.v1.PodDisruptionBudget(
    `${around.name}-${component}-disruption-budget`,
    {
      metadata: metadata(around, component),
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: { ...selectorLabels(microservicesRole(around.mimir.cell, component)) } },
      },
    },
    { parent: around.parent },
  );
}

function createDeployment(around: Surroundings, component: MimirComponent): k8s.apps.v1.Deployment {
  return new k8s.apps.v1.Deployment(
    `${around.name}-${component}`,
    {
      metadata: metadata(around, component),
      spec: {
        replicas: around.layout.sizes[component].replicas,
        selector: { matchLabels: selectorLabels(microservicesRole(around.mimir.cell, component)) },
        // A new pod is there before an old one goes.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: podTemplate(around, component),
      },
    },
    { parent: around.parent, customTimeouts: timeouts(1) },
  );
}

/** One zone after the other: two at a time would leave one copy of three. */
function createZones(
  around: Surroundings,
  component: MimirComponent,
  zones: readonly string[],
): k8s.apps.v1.StatefulSet[] {
  const replicas = around.layout.sizes[component].replicas / zones.length;
  return zones.reduce<k8s.apps.v1.StatefulSet[]>(
    (before, zone) => [...before, createStatefulSet(around, component, { replicas, zone, after: before.slice(-1) })],
    [],
  );
}

interface Group {
  readonly replicas: number;
  readonly zone?: string;
  readonly after?: pulumi.Resource[];
}

function createStatefulSet(
  around: Surroundings,
  component: MimirComponent,
  { replicas, zone, after = [] }: Group,
): k8s.apps.v1.StatefulSet {
  const { parent, name, mimir } = around;
  const suffix = zone ? `-${zone}` : "";
  const meta = metadata(around, component, suffix);
  const selector = { ...selectorLabels(microservicesRole(mimir.cell, component)), ...(zone && { [ZONE]: zone }) };
  const claim = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: mimir.storageClass,
    resources: { requests: { storage: diskOf(around, component) } },
  };
  const claims = Array.from({ length: replicas }, (_, index) =>
    createClaim(around, component, `${name}-${component}${suffix}-data-${index}`, {
      metadata: { ...meta, name: `data-${meta.name}-${index}` },
      spec: claim,
    }),
  );
  return new k8s.apps.v1.StatefulSet(
    `${name}-${component}${suffix}`,
    {
      metadata: meta,
      spec: {
        replicas,
        serviceName: gossipHost(mimir.cell),
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: podTemplate(around, component, zone),
        volumeClaimTemplates: [{ metadata: { name: "data", labels: selector }, spec: claim }],
      },
    },
    {
      parent,
      dependsOn: [...claims, ...after],
      // It cannot be changed, and need not: every claim is there before it is asked for.
      ignoreChanges: ["spec.volumeClaimTemplates"],
      customTimeouts: timeouts(replicas),
    },
  );
}

/** Told apart from the well-known label of nodes, which pods do not carry. */
const ZONE = "heliograph.dev/zone";

/** By the name that the StatefulSet would give it, but an object of its own: claims can grow while they are used, templates cannot be changed. */
function createClaim(
  { parent }: Surroundings,
  component: MimirComponent,
  logicalName: string,
  { metadata: meta, spec }: k8s.core.v1.PersistentVolumeClaimArgs,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    logicalName,
    // Many storage classes bind a volume only once a pod asks for it, and the pod is made after the claim.
    { metadata: { ...meta, annotations: { "pulumi.com/skipAwait": "true" } }, spec },
    // An ingester that could not ship when it stopped has the rest of its samples here.
    { parent, retainOnDelete: component === "ingester" },
  );
}

function diskOf({ mimir, layout }: Surroundings, component: MimirComponent): string {
  const { diskBytes } = layout.sizes[component];
  return diskBytes === undefined ? mimir.diskSize : bytesQuantity(diskBytes);
}

function podTemplate(around: Surroundings, component: MimirComponent, zone?: string) {
  const { mimir, layout, configMap, configHash, runtime, rules, serviceAccount } = around;
  const role = microservicesRole(mimir.cell, component);
  const labels = mimir.bucket.apply(({ podLabels }) => ({
    ...objectLabels(role),
    ...(zone && { [ZONE]: zone }),
    ...podLabels,
  }));
  const annotations = {
    // Start-up configuration only: a change of it restarts Mimir, a change of limits does not.
    "heliograph.dev/start-up-hash": configHash,
    "prometheus.io/scrape": "true",
    "prometheus.io/scheme": "http",
    "prometheus.io/port": String(MIMIR_HTTP_PORT),
    "prometheus.io/path": "/metrics",
  };
  return {
    metadata: { labels, annotations },
    spec: mimirPod({
      image: mimir.image,
      resources: layout.sizes[component],
      bucket: mimir.bucket,
      serviceAccount: serviceAccount.metadata.name,
      configMap: configMap.metadata.name,
      runtimeConfigMap: runtime.metadata.name,
      rulesConfigMap: rules.metadata.name,
      microservice: { component, labels: selectorLabels(role), zone },
    }),
  };
}

/** One pod after the other, each with a stop that may have to ship everything and a start that may have to read a log. */
function timeouts(replicas: number) {
  return { create: "35m", update: `${60 * replicas}m`, delete: `${FLUSH_SECONDS + 300}s` };
}
