/**
 * Proves (mocks): what an edge runs whose metrics stay with it, and what is refused. Does not prove: that Kubernetes takes it; that the programs read their
 * arguments and answer is proved by test/programs/global-query.test.ts.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { EdgeAgent } from "../../../components/edge/edge-agent";
import type { EdgeLocalStoreArgs } from "../../../components/edge/local-store/args";
import { recordResources, settled, type Recorded } from "../../support/mocks";
import { certificate, edgeArgs, localStore } from "./edge";
import { fromYaml } from "../../../components/kit/yaml";

let resources: Recorded[];
beforeEach(() => (resources = recordResources()));

async function deploy(change: Partial<EdgeLocalStoreArgs> = {}) {
  new EdgeAgent("edge", { ...edgeArgs, localStore: { ...localStore, ...change } });
  await settled();
}

interface Inputs {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  data: Record<string, string>;
  spec: {
    replicas: number;
    type: string;
    ports: object[];
    template: {
      spec: {
        serviceAccountName: string;
        containers: { name: string; image: string; args: string[]; env: object[] }[];
      };
    };
    egress: { to: { ipBlock?: object }[]; ports: { port: number }[] }[];
  };
}
const find = (name: string, type = "") =>
  resources.find((each) => each.name === name && each.type.includes(type))
    ?.inputs as unknown as Inputs;
const containers = (name: string) => find(name, "apps/v1").spec.template.spec.containers;

test("a pair of Prometheus with sidecars, a query, a store gateway and one compactor", async () => {
  await deploy();
  const workloads = resources.filter(({ type }) => /StatefulSet|Deployment/.test(type));
  const pods = workloads.map(({ inputs }) => inputs as unknown as Inputs);
  const names = ({ metadata, spec }: Inputs) =>
    `${metadata.name} ×${spec.replicas}: ${spec.template.spec.containers.map(({ name }) => name).join(", ")}`;
  expect(pods.map(names).sort()).toEqual([
    "kube-state-metrics ×1: kube-state-metrics",
    "prometheus-agent ×1: prometheus-agent, sidecar",
    "prometheus-agent-b ×1: prometheus-agent, sidecar",
    "thanos-compactor ×1: thanos",
    "thanos-query ×2: thanos",
    "thanos-store ×1: thanos",
  ]);
  const accounts = pods.map(({ spec }) => spec.template.spec.serviceAccountName);
  expect(accounts.filter((account) => account === "thanos")).toHaveLength(4);
});

test("keeps everything below its name, with keys that are in no argument", async () => {
  await deploy();
  for (const name of ["edge-prometheus-agent", "edge-thanos-store", "edge-thanos-compactor"]) {
    const { args, env } = containers(name).at(-1)!;
    const config =
      args.flatMap((argument) => /^--objstore.config=([^]*)$/.exec(argument)?.[1] ?? [])[0] ?? "";
    expect(fromYaml(config)).toMatchObject({
      type: "S3",
      prefix: "dev",
      config: { bucket: "edges" },
    });
    expect(args.join(" ")).not.toContain("key");
    expect(env).toHaveLength(2);
  }
});

test("lets the hub in alone, and only to the query", async () => {
  await deploy({ serviceType: "NodePort", nodePort: 30_901, port: 30_901 });
  expect(
    containers("edge-thanos-query")[0]?.args.filter((argument) => argument.includes("tls")),
  ).toEqual([
    "--grpc-server-tls-cert=/etc/heliograph/identity/tls.crt",
    "--grpc-server-tls-key=/etc/heliograph/identity/tls.key",
    "--grpc-server-tls-client-ca=/etc/thanos/trust/hub-query-ca.crt",
  ]);
  expect(find("edge-thanos-query-trust").data["hub-query-ca.crt"]).toBe(certificate);
  expect(find("edge-thanos-query-service").spec).toMatchObject({
    type: "NodePort",
    ports: [{ nodePort: 30_901 }],
  });
});

test("sends the hub what it watches the edge by, and the agent's role stays the same", async () => {
  await deploy();
  const config = fromYaml(find("edge-prometheus-agent-b-config").data["prometheus.yml"] ?? "") as {
    global: { external_labels: object };
    remote_write: { write_relabel_configs: object[] }[];
  };
  expect(config.global.external_labels).toMatchObject({
    cluster: "dev",
    prometheus_replica: "prometheus-agent-b-0",
  });
  expect(config.remote_write[0]?.write_relabel_configs).toEqual([
    {
      source_labels: ["__name__"],
      regex: expect.stringMatching(/^up\|/) as string,
      action: "keep",
    },
    { regex: "prometheus_replica", action: "labeldrop" },
    { target_label: "__replica__", replacement: "prometheus-agent-b-0" },
  ]);
});

test("reaches its bucket, whose port only the engine knows", async () => {
  await deploy();
  const ports = find("edge-policy-thanos-compactor").spec.egress.flatMap((rule) =>
    rule.ports.map(({ port }) => port),
  );
  expect(ports).toEqual([53, 53, 9000]);
});

describe("a bucket that the edge creates", () => {
  const { existing } = localStore.bucket.s3Compatible!;
  const s3 = { bucket: "edges", region: "me-central-1", eksCluster: "dev" };

  test("has its keys, and the Job that makes it, beside the pods that use it", async () => {
    new EdgeAgent("edge", {
      ...edgeArgs,
      images: { registry: "mirror.example.com" },
      localStore: { ...localStore, bucket: { s3Compatible: { create: existing! } } },
    });
    await settled();
    const { namespace } = find("edge-thanos-store", "apps/v1").metadata;
    expect(find("edge-bucket-credentials").metadata).toMatchObject({ namespace });
    const job = resources.find(({ type }) => type.endsWith(":Job"))!.inputs as unknown as Inputs;
    expect(job.metadata.namespace).toBe(namespace);
    expect(job.spec.template.spec.containers.map(({ image }) => image)).toEqual([
      expect.stringMatching(/^mirror\.example\.com\//),
    ]);
  });

  test("is used by the account of those pods alone", async () => {
    await deploy({ bucket: { s3: { create: s3 } } });
    const { metadata, spec } = find("edge-thanos-store", "apps/v1");
    const associations = resources.filter(({ type }) => type.includes("PodIdentityAssociation"));
    expect(associations.map(({ inputs }) => inputs)).toMatchObject([
      {
        namespace: metadata.namespace,
        serviceAccount: spec.template.spec.serviceAccountName,
        clusterName: "dev",
      },
    ]);
  });

  test.each([
    ["its default", {}, 371, 365],
    ["the longest that it says", { retentionDays1h: 400 }, 406, 400],
  ])("lets nothing expire that is still kept: %s", async (_, retention, days, longest) => {
    const bucket = { s3: { create: { ...s3, expireAfterDays: days } } };
    await expect(deploy({ ...retention, bucket })).rejects.toThrow(
      new RegExp(`s3.create.expireAfterDays[^]*at least ${days + 1}[^]*${longest} days`),
    );
    await settled();
  });
});

test("refuses what could not be", async () => {
  await expect(
    deploy({ retentionDaysRaw: 1, nodePort: 30_901, compactorDisk: "much" }),
  ).rejects.toThrow(
    /3 problems[^]*localStore.retentionDaysRaw[^]*from 3 to 3650[^]*localStore.compactorDisk[^]*localStore.nodePort/,
  );
});
