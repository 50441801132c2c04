import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { program } from "./programs";
import { freePorts, run, untilReady, type RunningProgram } from "./server";

/** Where clients of S3 look for static keys. */
export const STORE_KEYS = {
  AWS_ACCESS_KEY_ID: "heliograph",
  AWS_SECRET_ACCESS_KEY: "heliograph-secret",
};

export interface RunningStore extends RunningProgram {
  readonly endpoint: string;
}

/** A real store with these buckets. */
export async function startMinio(
  folder: string,
  buckets: readonly string[],
): Promise<RunningStore> {
  // To MinIO on a disk, a folder is a bucket.
  for (const bucket of buckets) mkdirSync(join(folder, bucket), { recursive: true });
  return runMinio(folder, {
    MINIO_ROOT_USER: STORE_KEYS.AWS_ACCESS_KEY_ID,
    MINIO_ROOT_PASSWORD: STORE_KEYS.AWS_SECRET_ACCESS_KEY,
  });
}

/** The real MinIO on a folder, once it takes requests. */
export async function runMinio(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<RunningStore> {
  const [port = 0, console = 0] = await freePorts(2);
  const endpoint = `127.0.0.1:${port}`;
  const addresses = ["--address", endpoint, "--console-address", `127.0.0.1:${console}`];
  const minio = run(program("minio", "minio"), ["server", ...addresses, folder], { env });
  // It answers at `ready` before it is initialised, and requests with 503 until then.
  const ready = async () =>
    (await fetch(`http://${endpoint}/minio/health/cluster`)).ok ? true : undefined;
  await untilReady("MinIO", minio, ready);
  return { ...minio, endpoint };
}
