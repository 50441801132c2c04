import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { bytesQuantity } from "../../kit/quantity";
import { microservicesRole } from "./roles";
import { backendName, gossipHost, INGESTER } from "./architecture";
import type { Installation } from "./installation";
import { backendPod, groupLabels, timeouts, type BackendPodArgs, type PodGroup } from "./pod";
import { createGossipService, createNamesService, createReadServices } from "./services";
import type { ComponentSize } from "./sizes";

interface MicroservicesArgs<Component extends string> {
  readonly sizes: Readonly<Record<Component, ComponentSize>>;
  /** Three, or none. */
  readonly zones: readonly string[];
  /** `group`: of those below. */
  readonly pod: (
    component: Component,
    group?: string,
  ) => Omit<BackendPodArgs<Component>, "component" | "resources" | "zone" | "group">;
  /** Components with a disk that are several, each with work of its own. */
  readonly groups?: Readonly<Partial<Record<Component, readonly string[]>>>;
}

/** What every workload below is made from. */
interface Context<Component extends string>
  extends Installation<Component>, MicroservicesArgs<Component> {}

/** Gives what has to be ready before anybody writes to it. */
export function createMicroservices<Component extends string>(
  installation: Installation<Component>,
  args: MicroservicesArgs<Component>,
): pulumi.Resource[] {
  const context = { ...installation, ...args };
  const { backend, sizes, zones, name, parent } = context;
  if (backend.foundByName)
    for (const component of backend.foundByName) createNamesService(installation, component);
  else createGossipService(installation);
  createReadServices(installation);
  return backend.components.flatMap((component): pulumi.Resource[] => {
    // Several at a time would cost the quorum of ingesters, or the only pods that have a block.
    if (sizes[component].replicas > 1) {
      const pods = { metadata: metadata(context, component), role: roleOf(context, component) };
      createDisruptionBudget(`${name}-${component}`, pods, { parent });
    }
    if (!backend.stateful.includes(component)) return [createDeployment(context, component)];
    const { replicas } = sizes[component];
    const groups = args.groups?.[component];
    if (groups)
      return groups.map((group) => createStatefulSet(context, component, { replicas, group }));
    return backend.replicated.includes(component) && zones.length > 0
      ? createZones(context, component)
      : [createStatefulSet(context, component, { replicas })];
  });
}

function roleOf<Component extends string>(
  { backend, cell }: Context<Component>,
  component: Component,
) {
  return microservicesRole(backend.name, cell, component);
}

function metadata<Component extends string>(
  context: Context<Component>,
  component: Component,
  suffix = "",
) {
  const { backend, cell, namespace } = context;
  const labels = objectLabels(roleOf(context, component));
  return { name: `${backendName(backend.name, cell, component)}${suffix}`, namespace, labels };
}

function createDeployment<Component extends string>(
  context: Context<Component>,
  component: Component,
): k8s.apps.v1.Deployment {
  return new k8s.apps.v1.Deployment(
    `${context.name}-${component}`,
    {
      metadata: metadata(context, component),
      spec: {
        replicas: context.sizes[component].replicas,
        selector: { matchLabels: selectorLabels(roleOf(context, component)) },
        // A new pod is there before an old one goes.
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: podTemplate(context, component),
      },
    },
    { parent: context.parent, customTimeouts: timeouts(1) },
  );
}

/** One zone after the other: two at a time would leave one copy of three. */
function createZones<Component extends string>(
  context: Context<Component>,
  component: Component,
): k8s.apps.v1.StatefulSet[] {
  const { sizes, zones } = context;
  const replicas = sizes[component].replicas / zones.length;
  return zones.reduce<k8s.apps.v1.StatefulSet[]>(
    (before, zone) => [
      ...before,
      createStatefulSet(context, component, { replicas, zone, after: before.slice(-1) }),
    ],
    [],
  );
}

interface Group extends PodGroup {
  readonly replicas: number;
  readonly after?: pulumi.Resource[];
}

function createStatefulSet<Component extends string>(
  context: Context<Component>,
  component: Component,
  { replicas, zone, group, after = [] }: Group,
): k8s.apps.v1.StatefulSet {
  const { backend, parent, name, cell, storageClass } = context;
  const suffix = [zone, group].map((part) => (part ? `-${part}` : "")).join("");
  const meta = metadata(context, component, suffix);
  const selector = {
    ...selectorLabels(roleOf(context, component)),
    ...groupLabels({ zone, group }),
  };
  const claim = {
    accessModes: ["ReadWriteOnce"],
    storageClassName: storageClass,
    resources: { requests: { storage: diskOf(context, component) } },
  };
  const claims = Array.from({ length: replicas }, (_, index) =>
    createClaim(context, component, `${name}-${component}${suffix}-data-${index}`, {
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
        serviceName: backend.foundByName
          ? backendName(backend.name, cell, component)
          : gossipHost(backend.name, cell),
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: podTemplate(context, component, { zone, group }),
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

interface ClaimArgs {
  readonly metadata: k8s.types.input.meta.v1.ObjectMeta;
  readonly spec: k8s.types.input.core.v1.PersistentVolumeClaimSpec;
}

/**
 * A claim with the name that the StatefulSet would give it, but an object of its own: claims can
 * grow while they are used, templates cannot be changed.
 */
function createClaim<Component extends string>(
  { parent }: Context<Component>,
  component: Component,
  logicalName: string,
  { metadata: meta, spec }: ClaimArgs,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    logicalName,
    // Many storage classes bind a volume only once a pod asks for it, and the pod is made after the
    // claim.
    { metadata: { ...meta, annotations: { "pulumi.com/skipAwait": "true" } }, spec },
    // An ingester that could not ship when it stopped has the rest here.
    { parent, retainOnDelete: component === INGESTER },
  );
}

function diskOf<Component extends string>(
  { diskSize, sizes }: Context<Component>,
  component: Component,
): string {
  const { diskBytes } = sizes[component];
  return diskBytes === undefined ? diskSize : bytesQuantity(diskBytes);
}

function podTemplate<Component extends string>(
  context: Context<Component>,
  component: Component,
  { zone, group }: PodGroup = {},
) {
  return backendPod(context, {
    ...context.pod(component, group),
    resources: context.sizes[component],
    component,
    zone,
    group,
  });
}
