import { bytesQuantity, parseQuantity } from "@heliograph/heliograph/model";
import type { Manifest } from "./manifests";

/** What a cluster has to have free: cores, bytes of memory, bytes of disk. */
export interface Sizes {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
}

export interface Workload extends Sizes {
  readonly kind: string;
  readonly name: string;
  /** Pods; undefined for those that run once on every node, whose sizes are then per node. */
  readonly replicas: number | undefined;
}

interface Container {
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: { readonly cpu?: string | number; readonly memory?: string };
  };
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

interface WorkloadSpec {
  readonly replicas?: number;
  readonly parallelism?: number;
  readonly template?: {
    readonly spec: { readonly containers: Container[]; readonly initContainers?: Container[] };
  };
  readonly jobTemplate?: { readonly spec: WorkloadSpec };
  readonly volumeClaimTemplates?: readonly Claim[];
}

const NOTHING: Sizes = { cpu: 0, memory: 0, disk: 0 };

/**
 * The workload that a manifest is, with the sum of its pods' requests; undefined for every other
 * kind.
 */
export function workloadOf({ kind, metadata, spec }: Manifest): Workload | undefined {
  const outer = spec as WorkloadSpec | undefined;
  const inner = outer?.jobTemplate?.spec ?? outer;
  if (!inner?.template) return undefined;
  const onEveryNode = kind === "DaemonSet";
  const replicas = onEveryNode ? 1 : (inner.replicas ?? inner.parallelism ?? 1);
  const pod = podSizes(inner.template.spec);
  const disk = sum((inner.volumeClaimTemplates ?? []).map(claimSize));
  return {
    kind,
    name: metadata.name,
    replicas: onEveryNode ? undefined : replicas,
    ...times(add(pod, { ...NOTHING, disk }), replicas),
  };
}

/**
 * Disk of the claims that are not among those of a workload: one that a StatefulSet would make, but
 * finds, has the name that it would give it.
 */
export function ownDisk(manifests: readonly Manifest[]): number {
  const templates = manifests.flatMap(({ metadata, spec }) =>
    ((spec as WorkloadSpec | undefined)?.volumeClaimTemplates ?? []).map(
      (claim) => `${claim.metadata.name}-${metadata.name}-`,
    ),
  );
  const claims = manifests
    .filter(({ kind }) => kind === "PersistentVolumeClaim")
    .filter(({ metadata }) => !templates.some((prefix) => metadata.name.startsWith(prefix)));
  return sum(claims.map((claim) => claimSize(claim as unknown as Claim)));
}

/**
 * As the scheduler counts: containers and sidecars together, or the largest init container if that
 * is more.
 */
function podSizes({
  containers,
  initContainers = [],
}: {
  containers: Container[];
  initContainers?: Container[];
}): Sizes {
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  const running = [...containers, ...sidecars].map(requestsOf).reduce(add, NOTHING);
  return initContainers.map(requestsOf).reduce(max, running);
}

function requestsOf({ resources }: Container): Sizes {
  const { cpu = 0, memory = 0 } = resources?.requests ?? {};
  return { cpu: parseQuantity(cpu), memory: parseQuantity(memory), disk: 0 };
}

function claimSize({ spec }: Claim): number {
  return parseQuantity(spec.resources.requests.storage);
}

export function add(a: Sizes, b: Sizes): Sizes {
  return { cpu: a.cpu + b.cpu, memory: a.memory + b.memory, disk: a.disk + b.disk };
}

function max(a: Sizes, b: Sizes): Sizes {
  return {
    cpu: Math.max(a.cpu, b.cpu),
    memory: Math.max(a.memory, b.memory),
    disk: Math.max(a.disk, b.disk),
  };
}

function times({ cpu, memory, disk }: Sizes, count: number): Sizes {
  return { cpu: cpu * count, memory: memory * count, disk: disk * count };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** `1.5 CPU, 4Gi memory, 100Gi disk`; what is zero is left out. */
export function showSizes({ cpu, memory, disk }: Sizes): string {
  const parts = [
    cpu > 0 && `${Number(cpu.toFixed(3))} CPU`,
    memory > 0 && `${bytesQuantity(memory)} memory`,
    disk > 0 && `${bytesQuantity(disk)} disk`,
  ];
  return parts.filter(Boolean).join(", ") || "no requests";
}
