import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import type { ObjectStoreConnection } from "./connection";
import { BUCKET_ROLE } from "./role";

/** What of a bucket decides where pods connect to. */
export type StoreAddress = Pick<ObjectStoreConnection, "protocol" | "endpoint" | "insecure">;

/** For a bucket that only the engine will know: which connections there are does not depend on it, only their ports do. */
export const UNKNOWN_STORE: StoreAddress = { protocol: "", endpoint: "", insecure: false };

/** The pods that make buckets have run before, but run again for a bucket in another place. */
export function bucketFlows(stores: readonly StoreAddress[], namespace?: string): Flow[] {
  const from: PodPeer = { pods: BUCKET_ROLE, ...(namespace && { namespace }) };
  return [...dnsFlows(from), ...stores.flatMap((store) => storeFlows(from, store))];
}

const HTTPS = 443;
const HTTP = 80;

/** What uses a bucket. */
export function storeFlows(from: PodPeer, store: StoreAddress): Flow[] {
  const { endpoint, insecure } = store;
  const port = Number(/:(\d+)$/.exec(endpoint)?.[1] ?? (insecure ? HTTP : HTTPS));
  const why = "the object store, and the tokens to use it";
  return [{ from, to: ANYWHERE, ports: [port], why }, ...tokenFlows(from, store)];
}

/** Where the cloud hands out tokens on the node itself. */
function tokenFlows(from: PodPeer, { protocol, endpoint }: StoreAddress): Flow[] {
  if (protocol === "gcs") {
    // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#network_policy
    const to = { addresses: ["169.254.169.252/32", "169.254.169.254/32"] };
    return [{ from, to, ports: [988, HTTP], why: "the metadata server, which has the tokens" }];
  }
  if (/\.amazonaws\.(com|com\.cn|eu)$/.test(endpoint)) {
    // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
    const to = { addresses: ["169.254.170.23/32", "fd00:ec2::23/128"] };
    return [
      { from, to, ports: [HTTP], why: "the agent of EKS Pod Identity, which has the tokens" },
    ];
  }
  return [];
}
