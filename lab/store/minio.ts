import { mkdir, readdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { store } from "../clusters/topology.js";
import { secretFile } from "../host/files.js";
import { ensureNamespace } from "../host/network.js";
import { ensureProcess, expectRunning } from "../host/processes.js";
import { until } from "../host/wait.js";
import { statePaths } from "../state.js";

export interface StoreCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export async function storeCredentials(): Promise<StoreCredentials> {
  const secretAccessKey = await secretFile(join(statePaths().store, "secret-access-key"));
  return { accessKeyId: "heliograph-lab", secretAccessKey };
}

/**
 * The object store of the lab: MinIO in a network namespace of its own, at the address that
 * clusters reach.
 */
export async function startStore(minio: string, signal: AbortSignal): Promise<void> {
  await ensureNamespace(store);
  const data = join(statePaths().store, "data");
  await mkdir(data, { recursive: true });
  const { accessKeyId, secretAccessKey } = await storeCredentials();
  const { host } = new URL(store.endpoint);
  const certificates = join(statePaths().store, "certificates");
  await ensureProcess({
    owner: store.name,
    name: "minio",
    command: [
      ...["nsenter", `--net=/run/netns/${store.namespace}`, "--"],
      ...[minio, "server", data, `--address=${host}`, `--certs-dir=${certificates}`, "--quiet"],
    ],
    env: {
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
    },
  });
  await until({ what: `the object store at ${store.endpoint}`, seconds: 60, signal }, async () => {
    await expectRunning(store.name, ["minio"]);
    return fetch(`${store.endpoint}/minio/health/cluster`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
}

/**
 * Names of all objects of a bucket. To MinIO on a disk, a folder is a bucket, and one with this
 * file in it an object.
 */
export async function objectsIn(bucket: string): Promise<string[]> {
  const folder = bucketFolder(bucket);
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return files
    .filter(({ name }) => name === "xl.meta")
    .map(({ parentPath }) => relative(folder, parentPath));
}

export async function removeBucket(bucket: string): Promise<void> {
  await rm(bucketFolder(bucket), { recursive: true, force: true });
}

function bucketFolder(bucket: string): string {
  return join(statePaths().store, "data", bucket);
}
