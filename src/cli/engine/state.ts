import {
  decodeEdge,
  decodeHub,
  type EdgeContract,
  type HubContract,
  LIFECYCLE_RULES,
} from "@heliograph/heliograph/model";

/**
 * The parts of a stack's state that commands need. Nothing of it is secret: reading needs no
 * passphrase.
 */
export interface StackState {
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Resources in the state; 0 where the stack has been made but never brought up. */
  readonly resources: number;
  /**
   * URNs of resources that a killed update was creating: they may exist without the engine knowing.
   */
  readonly creating: readonly string[];
  readonly certificates: readonly Certificate[];
  readonly buckets: readonly Bucket[];
}

/** A bucket of an object store, by the name of its component. */
export interface Bucket {
  readonly name: string;
  /** URN of its lifecycle rule; undefined if it has none. */
  readonly lifecycle: string | undefined;
}

export interface Certificate {
  readonly name: string;
  readonly validUntil: Date;
}

/** The parts read of what `pulumi stack export` prints. */
interface Exported {
  readonly deployment?: {
    readonly resources?: readonly Resource[];
    readonly pending_operations?: readonly {
      readonly type: string;
      readonly resource: { readonly urn: string };
    }[];
  };
}

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly parent?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const CERTIFICATES = [
  "tls:index/selfSignedCert:SelfSignedCert",
  "tls:index/locallySignedCert:LocallySignedCert",
];
const BUCKET = "heliograph:index:ObjectStoreBucket";

export function readState(json: string): StackState {
  const { deployment } = JSON.parse(json) as Exported;
  const resources = deployment?.resources ?? [];
  return {
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    resources: resources.length,
    creating: (deployment?.pending_operations ?? [])
      .filter(({ type }) => type === "creating")
      .map(({ resource }) => resource.urn),
    certificates: resources.flatMap(certificateOf),
    buckets: resources
      .filter(({ type }) => type === BUCKET)
      .map((bucket) => bucketOf(bucket, resources)),
  };
}

function certificateOf({ type, urn, outputs }: Resource): Certificate[] {
  const until = outputs?.["validityEndTime"];
  if (!CERTIFICATES.includes(type) || typeof until !== "string") return [];
  return [{ name: logicalName(urn), validUntil: new Date(until) }];
}

function bucketOf({ urn }: Resource, resources: readonly Resource[]): Bucket {
  const lifecycle = resources.find(({ type, parent }) => parent === urn && type in LIFECYCLE_RULES);
  return { name: logicalName(urn), lifecycle: lifecycle?.urn };
}

export function logicalName(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/**
 * The hub's half of the contract; undefined until the stack has been brought up as a hub, or where
 * it is of another version.
 */
export function hubOutput(stack: string, state: StackState | undefined): HubContract | undefined {
  const decoded = decodeHub(state?.outputs["hub"], stack);
  return decoded.ok ? decoded.value : undefined;
}

/** The edge's half of the contract; undefined until the stack has been brought up as an edge. */
export function edgeOutput(stack: string, state: StackState | undefined): EdgeContract | undefined {
  const decoded = decodeEdge(state?.outputs["edge"], stack);
  return decoded.ok ? decoded.value : undefined;
}
