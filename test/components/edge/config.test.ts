import { describe, expect, it } from "vitest";
import { EDGE_LABELS } from "../../../components/contract/names";
import {
  AGENT_PATHS,
  agentConfig,
  agentConfigFile,
  runningConfigHash,
} from "../../../components/edge/metrics/config";
import { IDENTITY_FILES } from "../../../components/contract/cluster-names";
import { configArgs } from "./edge";
import { fromYaml } from "../../../components/kit/yaml";

const { text, hash } = agentConfigFile(agentConfig(configArgs));

describe("the agent's configuration", () => {
  it("reads like this", async () => {
    await expect(text).toMatchFileSnapshot("golden/prometheus.yml");
  });

  it("shows its hash where the agent's API shows its configuration", () => {
    expect(runningConfigHash(text)).toBe(hash);
    expect(runningConfigHash("scrape_configs:\n- job_name: another\n")).toBeUndefined();
  });

  it("has another hash when anything else is different", () => {
    const other = agentConfigFile(agentConfig({ ...configArgs, scrapeInterval: "30s" }));
    expect(other.hash).not.toBe(hash);
  });

  it("leaves remote_write as it is, whatever may change while the edge lives: a changed one skips what is queued", () => {
    const [remoteWrite] = agentConfig(configArgs).remote_write;
    const changed = agentConfig({
      ...configArgs,
      scrapeInterval: "30s",
      nodeNamespace: "other",
      verifyKubelets: false,
    });
    expect(changed.remote_write).toEqual([remoteWrite]);
    expect(JSON.stringify(remoteWrite)).not.toContain(hash);
    expect(changed.global).not.toHaveProperty("external_labels");
  });

  it("goes through the proxy that its pod has, and through none otherwise", () => {
    const [proxied] = agentConfig({ ...configArgs, proxied: true }).remote_write;
    expect(proxied).toMatchObject({ proxy_from_environment: true });
    expect(agentConfig(configArgs).remote_write[0]).not.toHaveProperty("proxy_from_environment");
  });

  it("renames the label of a target first, and then sets the edge's own, for each of the five", () => {
    const rules = agentConfig(configArgs).remote_write[0]?.write_relabel_configs ?? [];
    expect(rules).toHaveLength(2 * EDGE_LABELS.length + 1);
    EDGE_LABELS.forEach((label, index) => {
      expect(rules[2 * index]).toMatchObject({
        source_labels: [label],
        target_label: `exported_${label}`,
      });
      expect(rules[2 * index + 1]).toEqual({
        target_label: label,
        replacement: configArgs.labels[label],
      });
    });
  });

  it("takes text with a `$` as it is", () => {
    const labels = { ...configArgs.labels, region: "a$1b" };
    const rules = agentConfig({ ...configArgs, labels }).remote_write[0]?.write_relabel_configs;
    expect(rules).toContainEqual({ target_label: "region", replacement: "a$$1b" });
  });

  it("names only files that the pod mounts", () => {
    const files = [...text.matchAll(/(?:_file|file): (\S+)/g)].map(([, file]) => file);
    const mounted = Object.values(IDENTITY_FILES).map((file) => `${AGENT_PATHS.identity}/${file}`);
    const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
    expect(new Set(files)).toEqual(
      new Set([...mounted, `${serviceAccount}/token`, `${serviceAccount}/ca.crt`]),
    );
  });

  it("verifies kubelets unless told not to, and sends no token to anything annotated", () => {
    const jobs = (verifyKubelets: boolean) => {
      const { scrape_configs } = agentConfig({ ...configArgs, verifyKubelets });
      return Object.fromEntries(scrape_configs.map((job) => [job.job_name, job]));
    };
    for (const job of ["kubelet", "cadvisor"]) {
      expect(jobs(true)[job]?.tls_config).not.toHaveProperty("insecure_skip_verify");
      expect(jobs(false)[job]?.tls_config).toEqual({ insecure_skip_verify: true });
    }
    for (const job of ["pods", "services", "node-exporter"])
      expect(jobs(true)[job]).not.toHaveProperty("authorization");
    const insecure = Object.entries(jobs(true)).filter(
      ([, job]) => job.tls_config?.insecure_skip_verify,
    );
    expect(insecure.map(([name]) => name)).toEqual(["pods", "services"]);
  });

  it("lets what targets say about themselves win nowhere", () => {
    const { scrape_configs } = fromYaml(text) as { scrape_configs: Record<string, unknown>[] };
    for (const job of scrape_configs) expect(job["honor_labels"]).toBeUndefined();
  });
});

describe("the address of an annotated target", () => {
  const rules = agentConfig(configArgs).scrape_configs.find(
    ({ job_name }) => job_name === "pods",
  )?.relabel_configs;
  const rule = rules?.find(({ target_label }) => target_label === "__address__");
  const relabel = (address: string, port: string) =>
    `${address};${port}`.replace(new RegExp(`^(?:${rule?.regex})$`), rule?.replacement ?? "");

  it.each([
    ["10.0.0.1:8080", "9113", "10.0.0.1:9113"],
    ["10.0.0.1", "9113", "10.0.0.1:9113"],
    ["[fd00::1]:8080", "9113", "[fd00::1]:9113"],
    ["[fd00::1]", "9113", "[fd00::1]:9113"],
  ])("%s with port %s is %s", (address, port, expected) => {
    expect(relabel(address, port)).toBe(expected);
  });

  it("stays as it is without an annotation", () => {
    expect(relabel("10.0.0.1:8080", "")).toBe("10.0.0.1:8080;");
  });
});
