import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CREATE_BUCKET_SCRIPT, createBucketVariables } from "../../../components/storage/create-bucket";
import type { ObjectStoreConnection } from "../../../components/storage/connection";
import { curlConfig } from "../../../components/storage/credentials";
import { connection } from "../../components/hub/hub";
import { program } from "./programs";
import { freePorts, run, until, type RunningProgram } from "./server";

const USER = "heliograph";
const PASSWORD = "heliograph-secret";

/** The real MinIO with a bucket, and where clients find the keys. */
export interface ObjectStore extends RunningProgram {
  readonly connection: ObjectStoreConnection;
  readonly env: Readonly<Record<string, string>>;
}

export async function startObjectStore(folder: string, bucket: string): Promise<ObjectStore> {
  const [port = 0, console = 0] = await freePorts(2);
  const endpoint = `127.0.0.1:${port}`;
  const addresses = ["--address", endpoint, "--console-address", `127.0.0.1:${console}`];
  const minio = run(program("minio", "minio"), ["server", ...addresses, join(folder, "minio")], {
    env: { MINIO_ROOT_USER: USER, MINIO_ROOT_PASSWORD: PASSWORD },
  });
  const ready = async () => ((await fetch(`http://${endpoint}/minio/health/ready`)).ok ? true : undefined);
  await until("the store answers", ready);
  const place = { ...connection, bucket, endpoint, insecure: true };
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
  return { ...minio, connection: place, env: { AWS_ACCESS_KEY_ID: USER, AWS_SECRET_ACCESS_KEY: PASSWORD } };
}
