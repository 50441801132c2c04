import { ANYWHERE, dnsFlows, type Flow, type PodPeer } from "../kit/flows";
import type { Cloud, StoreAddress } from "./cloud";
import { CLOUDS } from "./clouds";
import { BUCKET_ROLE } from "./role";

export type { StoreAddress } from "./cloud";

/** Stands for a bucket that only the engine will know: only the ports depend on it. */
export const UNKNOWN_STORE: StoreAddress = { protocol: "", endpoint: "", insecure: false };

/** Pods that create buckets run once, and again for a bucket with another address. */
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

function tokenFlows(from: PodPeer, address: StoreAddress): Flow[] {
  return Object.values<Cloud>(CLOUDS).flatMap(({ tokenServer }) => {
    const server = tokenServer?.(address);
    if (!server) return [];
    const { addresses, ports, why } = server;
    return [{ from, to: { addresses }, ports, why }];
  });
}
