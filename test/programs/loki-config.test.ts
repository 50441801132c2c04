import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOKI_COMPONENTS } from "../../components/backends/loki/plan";
import { lokiConfig, type LokiConfig } from "../../components/backends/loki/config";
import { toYaml } from "../../components/kit/yaml";
import { CLOUDS, type CloudProvider } from "../../components/storage/clouds";
import { connectionOf } from "../support/buckets";
import { pairwise } from "../support/pairwise";
import { program } from "./support/programs";

const credentials = {
  credentialsSecret: "logs",
  accessKeyIdKey: "id",
  secretAccessKeyKey: "secret",
};
const location = {
  bucket: "heliograph-logs",
  storageAccount: "contosoheliograph",
  container: "logs",
  region: "me-central-1",
  endpoint: "minio.example.com:9000",
};
const names = {
  name: "loki-main",
  gossipHost: "loki-main-gossip",
  compactorHost: "loki-main-compactor-0.loki-main-gossip",
};

interface Combination {
  readonly target: "single" | (typeof LOKI_COMPONENTS)[number];
  readonly provider: CloudProvider;
  readonly prefix: string;
  readonly insecure: boolean;
  readonly replicationFactor: number;
  readonly alertmanagers: readonly string[];
}

/** Everything in which two configurations may differ, but for addresses, days and sizes. */
const all = (["single", ...LOKI_COMPONENTS] as const).flatMap((target) =>
  Object.values(CLOUDS).flatMap(({ provider }) =>
    ["", "logs"].flatMap((prefix) =>
      (provider === "s3-compatible" ? [false, true] : [false]).flatMap((insecure) =>
        (target === "single" ? [1] : [1, 3]).flatMap((replicationFactor) =>
          [[], ["http://one:9093", "https://two:9093"]].map((alertmanagers): Combination => ({
            target,
            provider,
            prefix,
            insecure,
            replicationFactor,
            alertmanagers,
          })),
        ),
      ),
    ),
  ),
);
const combinations = pairwise(all);

function configOf({
  target,
  provider,
  prefix,
  insecure,
  replicationFactor,
  alertmanagers,
}: Combination): LokiConfig {
  const bucket = { ...connectionOf(provider, { ...location, insecure }, credentials), prefix };
  return lokiConfig({
    bucket,
    schemaFrom: "2026-01-31",
    memoryBytes: 2 ** 30,
    alertmanagers,
    ...(target !== "single" && {
      microservices: {
        ...names,
        replication: { ingester: replicationFactor, "index-gateway": replicationFactor },
      },
    }),
  });
}

describe("loki -verify-config", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-loki-config-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function verify(name: string, config: object, target: string): Promise<string> {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, toYaml(config));
    const args = [`-config.file=${file}`, "-config.expand-env=true", "-verify-config"];
    const env = { ...process.env, POD_IP: "10.0.0.1" };
    const more = target === "single" ? [] : [`-target=${target}`];
    const { stderr } = await promisify(execFile)(program("loki", "loki"), [...args, ...more], {
      env,
    });
    return stderr;
  }

  it(
    `takes ${combinations.length} of ${all.length} combinations of target, store, copies and alerts, every pair among them`,
    { timeout: 300_000 },
    async () => {
      const waiting = [...combinations.entries()];
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [index, combination] = next;
          const printed = await verify(String(index), configOf(combination), combination.target);
          expect(printed, JSON.stringify(combination)).toContain("config is valid");
        }
      };
      await Promise.all([work(), work()]);
    },
  );

  it("refuses a key that Loki does not know, so that the test above can fail", async () => {
    const config = { ...configOf(combinations[0]!), surely_not: true };
    await expect(verify("unknown", config, "single")).rejects.toThrow(/surely_not/);
  });
});
