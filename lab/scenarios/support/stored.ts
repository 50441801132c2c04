import { HUB_NAMESPACE } from "@heliograph/heliograph/model";
import { store } from "../../clusters/topology.js";
import { removeBucket } from "../../store/minio.js";
import type { ScenarioContext } from "../context.js";

/** A bucket of the lab's object store, for a stack file; `up` makes it. */
export function labBucket(bucket: string): object {
  const { host: endpoint } = new URL(store.endpoint);
  return {
    provider: "s3-compatible",
    create: true,
    bucket,
    endpoint,
    insecure: true,
    credentials: "lab",
  };
}

/**
 * Claims and buckets outlive their cell by design; another run would find them in its way.
 * `selector`: of the pods of its backends.
 */
export async function removeStored(
  lab: ScenarioContext,
  selector: string,
  buckets: readonly string[],
): Promise<void> {
  await lab.kubectl("ops", [
    "delete",
    "pvc",
    "-n",
    HUB_NAMESPACE,
    "-l",
    selector,
    "--timeout=120s",
  ]);
  for (const bucket of buckets) await removeBucket(bucket);
}
