/**
 * Proves: what pods are allowed in a bucket that is made (docs/object-store-permissions.md) is enough for a real Mimir and a real Cortex to store and to read
 * back, on a store that refuses the rest. Does not prove: that Amazon refuses the same; MinIO stands for it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { podPolicy } from "../../components/storage/s3/permissions";
import { RINGS } from "./support/ring-backends";
import { MetricsProcesses, push, query } from "./support/metrics-processes";
import { startObjectStore, type ObjectStore } from "./support/object-store";
import { program } from "./support/programs";
import { until } from "./support/server";

type Keys = Readonly<
  Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN", string>
>;

describe.each(Object.values(RINGS))("the permissions of pods: $architecture.title", (settings) => {
  let folder: string;
  let store: ObjectStore;
  let processes: MetricsProcesses;
  let keys: Keys;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-permissions-"));
    store = await startObjectStore(folder, "metrics");
    keys = keysWith(store, podPolicy("arn:aws:s3:::metrics"));
    const tenants = { dev: { retentionDays: 30, edges: [] } };
    processes = await MetricsProcesses.in({
      settings,
      folder,
      tenants,
      store: { ...store, env: keys },
    });
  });
  afterAll(async () => {
    await processes?.stop();
    await store?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    "are enough to store samples and to read them back with an empty disk",
    { timeout: 300_000 },
    async () => {
      const first = await processes.startSingle("first");
      await first.ready();
      const now = Date.now();
      const samples = Array.from({ length: 100 }, (_, index): [number, number] => [
        index,
        now - (100 - index) * 1000,
      ]);
      expect(await push(first.url, "dev", [{ labels: { __name__: "stored" }, samples }])).toBe(200);
      const flushed = await fetch(`${first.url}/ingester/flush?wait=true`, { method: "POST" });
      expect(flushed.status).toBe(204);
      expect(readdirSync(join(folder, "minio/metrics/dev")).length).toBeGreaterThan(0);
      first.signal("SIGKILL");
      await first.stop();

      const second = await processes.startSingle("second");
      await second.ready();
      const readBack = async () => {
        const [series] = await query(second.url, "dev", "stored[1h]").catch(() => []);
        return series?.values?.length === samples.length ? true : undefined;
      };
      await until("all samples are read back", readBack, 240);
    },
  );

  it.each([
    ["metrics", "GET", "200"],
    ["metrics", "DELETE", "403"],
    ["metrics?policy", "GET", "403"],
    ["others", "PUT", "403"],
  ])("allow for nothing else: %s %s is %s", (path, method, status) => {
    const token = `X-Amz-Security-Token: ${keys.AWS_SESSION_TOKEN}`;
    const more = [
      "--request",
      method,
      "--header",
      token,
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code}",
    ];
    expect(curl(`http://${store.connection.endpoint}/${path}`, "s3", keys, more)).toBe(status);
  });
});

function curl(
  url: string,
  service: string,
  { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }: Readonly<Record<string, string>>,
  more: readonly string[],
): string {
  const args = [
    "--silent",
    "--aws-sigv4",
    `aws:amz:us-east-1:${service}`,
    "--user",
    `${id}:${secret}`,
    ...more,
    url,
  ];
  return spawnSync(program("curl", "curl"), args).stdout.toString();
}

/** Keys for an hour, with no right but those of the policy. */
function keysWith({ connection, env }: ObjectStore, policy: string): Keys {
  const fields = [
    "Action=AssumeRole",
    "Version=2011-06-15",
    "DurationSeconds=3600",
    `Policy=${policy}`,
  ];
  const body = fields.flatMap((field) => ["--data-urlencode", field]);
  const answer = curl(`http://${connection.endpoint}/`, "sts", env, body);
  const value = (tag: string) =>
    new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)?.[1] ?? expect.fail(answer);
  return {
    AWS_ACCESS_KEY_ID: value("AccessKeyId"),
    AWS_SECRET_ACCESS_KEY: value("SecretAccessKey"),
    AWS_SESSION_TOKEN: value("SessionToken"),
  };
}
