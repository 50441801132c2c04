import { versions } from "@heliograph/heliograph/model";
import type { Cluster, ClusterName } from "../clusters/topology.js";
import { store } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";

const namespace = "lab-network";
const nodePort = 30081;

/**
 * A node learns of a service's pods a moment after they are ready: a busy machine takes some
 * seconds.
 */
const patientCurl = [
  "curl",
  "--silent",
  "--max-time",
  "5",
  "--retry",
  "20",
  "--retry-delay",
  "1",
  "--retry-all-errors",
];

/** What every other scenario presumes of the clusters, without anything of the product. */
export const network: Scenario = {
  name: "network",
  summary:
    "names resolve, clusters reach each other and the store, volumes take data of unprivileged pods",
  needs: "clusters",
  async run(lab) {
    const names = lab.clusters.map(({ name }) => name);
    await Promise.all(names.map((name) => lab.apply(name, objects())));
    const ready = [
      "rollout",
      "status",
      "statefulset/echo",
      `--namespace=${namespace}`,
      "--timeout=120s",
    ];
    await Promise.all(names.map((name) => lab.kubectl(name, ready)));
    await Promise.all(lab.clusters.map((cluster) => checkCluster(lab, cluster)));
  },
};

async function checkCluster(lab: ScenarioContext, { name }: Cluster): Promise<void> {
  const expect = async (what: string, url: string, wanted: string) => {
    const answer = await inPod(lab, name, [...patientCurl, url]);
    lab.check(
      `${name}: ${what}`,
      answer.trim() === wanted,
      answer.trim() === wanted ? "" : `got ${JSON.stringify(answer)}`,
    );
  };
  await expect(
    "a service by its name, from one of its own pods",
    `http://echo.${namespace}`,
    "echo-0",
  );
  for (const other of lab.clusters)
    await expect(`node port of ${other.name}`, `http://${other.address}:${nodePort}`, "echo-0");
  const status = [
    "curl",
    "--silent",
    "--output",
    "/dev/null",
    "--write-out",
    "%{http_code}",
    "--max-time",
    "5",
  ];
  const code = await inPod(lab, name, [...status, `${store.endpoint}/minio/health/live`]);
  lab.check(`${name}: object store`, code === "200", code);
  const logs = await lab.kubectl(name, ["logs", "echo-0", `--namespace=${namespace}`]);
  lab.check(`${name}: logs of a pod`, logs.includes("serving"), "");
  const removed = ["delete", "pod", "echo-0", `--namespace=${namespace}`, "--wait"];
  await lab.kubectl(name, removed);
  await lab.kubectl(name, [
    "rollout",
    "status",
    "statefulset/echo",
    `--namespace=${namespace}`,
    "--timeout=120s",
  ]);
  const starts = (await inPod(lab, name, ["cat", "/data/starts"])).trim().split("\n").length;
  lab.check(`${name}: a volume outlives its pod`, starts === 2, `${starts} starts recorded`);
}

function inPod(lab: ScenarioContext, cluster: ClusterName, command: string[]): Promise<string> {
  return lab.kubectl(cluster, [
    "exec",
    "echo-0",
    `--namespace=${namespace}`,
    "--",
    "sh",
    "-c",
    '"$@" || true',
    "sh",
    ...command,
  ]);
}

function objects(): object[] {
  const labels = { app: "echo" };
  const script =
    "hostname >/data/index.html; echo started >>/data/starts; echo serving; exec httpd -f -p 8080 -h /data";
  const container = {
    name: "echo",
    image: `${versions.curl.image}:${versions.curl.tag}`,
    command: ["sh", "-c", script],
    readinessProbe: { httpGet: { path: "/index.html", port: 8080 }, periodSeconds: 1 },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 10001,
    fsGroup: 10001,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const pod = {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext,
    containers: [container],
  };
  const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
  const enforce = { "pod-security.kubernetes.io/enforce": "restricted" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: enforce } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "echo", namespace },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [{ port: 80, targetPort: 8080, nodePort }],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "echo", namespace },
      spec: {
        serviceName: "echo",
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: pod },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
      },
    },
  ];
}
