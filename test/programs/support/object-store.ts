import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import {
  CREATE_BUCKET_SCRIPT,
  createBucketVariables,
} from "../../../components/storage/keyed-bucket";
import type { ObjectStoreConnection } from "../../../components/storage/connection";
import { connectionOf } from "../../support/buckets";
import { startAzurite } from "../../../lab/clouds/azurite";
import { startFakeGcs } from "../../../lab/clouds/fake-gcs";
import { environmentIn, type CloudStore } from "../../../lab/clouds/store";
import { curlConfig } from "../../../components/storage/credentials";
import { connection } from "../../components/hub/hub";
import { program } from "./programs";
import { LOOPBACK } from "./backend-processes";
import { runMinio } from "./minio";

const USER = "heliograph";
const PASSWORD = "heliograph-secret";

/** A store with a bucket, and what a pod that may use it finds in its environment. */
export interface ObjectStore {
  readonly connection: ObjectStoreConnection;
  readonly env: Readonly<Record<string, string>>;
  /** Names of what is in the bucket. */
  readonly objects: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

/** Each kind of store, with MinIO for S3. */
export const STORES: Readonly<
  Record<string, (folder: string, bucket: string) => Promise<ObjectStore>>
> = {
  MinIO: startObjectStore,
  Azurite: (folder, bucket) => inCloud(folder, bucket, startAzurite),
  "fake-gcs-server": (folder, bucket) =>
    inCloud(folder, bucket, (args) =>
      startFakeGcs(program("fake-gcs-server", "fake-gcs-server"), args),
    ),
};

async function inCloud(
  folder: string,
  bucket: string,
  start: typeof startAzurite,
): Promise<ObjectStore> {
  const store: CloudStore = await start({ folder, address: LOOPBACK, buckets: [bucket] });
  const { provider, existing } = store.section(bucket);
  return {
    connection: connectionOf(provider, existing, undefined),
    env: environmentIn(join(folder, "identity"), store),
    objects: () => store.objects(bucket),
    stop: store.stop,
  };
}

/** The real MinIO. */
export async function startObjectStore(folder: string, bucket: string): Promise<ObjectStore> {
  const minio = await runMinio(join(folder, "minio"), {
    MINIO_ROOT_USER: USER,
    MINIO_ROOT_PASSWORD: PASSWORD,
  });
  const place = { ...connection, bucket, endpoint: minio.endpoint, insecure: true };
  const credentials = join(folder, "curl.conf");
  writeFileSync(credentials, curlConfig(USER, PASSWORD));
  const { status, stderr } = spawnSync("/bin/sh", ["-c", CREATE_BUCKET_SCRIPT], {
    env: {
      ...createBucketVariables(place),
      CREDENTIALS: credentials,
      TMPDIR: folder,
      PATH: [dirname(program("curl", "curl")), process.env["PATH"]].join(delimiter),
    },
  });
  if (status !== 0) throw new Error(`bucket ${bucket}: ${String(stderr)}`);
  return {
    stop: minio.stop,
    connection: place,
    env: { AWS_ACCESS_KEY_ID: USER, AWS_SECRET_ACCESS_KEY: PASSWORD },
    // An object is a folder with its data.
    objects: async () =>
      (readdirSync(join(folder, "minio", bucket), { recursive: true }) as string[])
        .filter((path) => basename(path) === "xl.meta")
        .map((path) => dirname(path)),
  };
}
