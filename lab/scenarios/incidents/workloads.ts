import { restrictedContainer, restrictedPod, versions } from "@heliograph/heliograph/model";
import type { Told } from "./told.js";

/** Everything is in one namespace, which is gone after the scenario. */
export const NAMESPACE = "drills";

/** Something that is wrong with objects of a cluster. */
export interface Cause extends Told {
  readonly objects: readonly object[];
  /** It is about the whole cluster, not about the namespace. */
  readonly ofCluster?: true;
}

const MINUTE = 60;
const image = `${versions.node.image}:${versions.node.tag}`;
const IDLE = "setInterval(() => {}, 1e6)";
/**
 * Holds a little less than the limit of its container, as kubelet counts it, whichever version of
 * cgroups the node has.
 */
const HOLDS = `
  const { readFileSync } = require("node:fs");
  const read = (...files) => {
    for (const file of files) try { return readFileSync("/sys/fs/cgroup/" + file, "utf8") } catch {}
  };
  const held = [];
  setInterval(() => {
    const used = Number(read("memory.current", "memory/memory.usage_in_bytes"));
    const stat = read("memory.stat", "memory/memory.stat");
    const idle = Number(/^(?:total_)?inactive_file (\\d+)$/m.exec(stat)[1]);
    if (used - idle < 0.96 * 256 * 2 ** 20) held.push(Buffer.alloc(2 ** 19, 1));
  }, 100)`;
/** Its own garbage would fill what is left below the limit within minutes. */
const LITTLE_GARBAGE = [{ name: "NODE_OPTIONS", value: "--max-semi-space-size=1" }];
const EXPORTER_PORT = 9100;
/**
 * The nodes of all clusters of the lab are one machine: an exporter says that this one's is larger.
 */
const SAYS_MORE_MEMORY = `
  const text = "# TYPE node_memory_MemTotal_bytes gauge\\nnode_memory_MemTotal_bytes 1e13\\n";
  require("node:http")
    .createServer((_, answer) =>
      answer.setHeader("content-type", "text/plain; version=0.0.4").end(text),
    )
    .listen(${EXPORTER_PORT})`;
const EATS = "const all = []; setInterval(() => all.push(Buffer.alloc(4e6, 1)), 20)";

const never = { exec: { command: ["/bin/false"] }, periodSeconds: 2 };
const small = { requests: { cpu: "10m", memory: "32Mi" } };

const metadata = (name: string) => ({ name, namespace: NAMESPACE });

function container(program: string, more: object = {}): object {
  return {
    name: "main",
    image,
    command: ["node", "-e", program],
    resources: small,
    securityContext: restrictedContainer,
    ...more,
  };
}

function podSpec(program: string, more: object = {}, ofPod: object = {}): object {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: restrictedPod(65_534),
    containers: [container(program, more)],
    ...ofPod,
  };
}

function pod(name: string, program: string, more: object = {}, ofPod: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(name),
    spec: podSpec(program, more, ofPod),
  };
}

type Kind = "Deployment" | "StatefulSet" | "DaemonSet";

function workload(kind: Kind, name: string, more: object, ofPod: object = {}): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: podSpec(IDLE, ofPod) };
  const spec = { selector: { matchLabels: labels }, template, ...more };
  return { apiVersion: "apps/v1", kind, metadata: metadata(name), spec };
}

function job(name: string, program: string): object {
  const template = { spec: podSpec(program, {}, { restartPolicy: "Never" }) };
  const spec = { backoffLimit: 0, template };
  return { apiVersion: "batch/v1", kind: "Job", metadata: metadata(name), spec };
}

function quota(name: string, hard: Readonly<Record<string, number>>): object {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: metadata(name), spec: { hard } };
}

const STORAGE = { resources: { requests: { storage: "1Gi" } }, accessModes: ["ReadWriteOnce"] };

export const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } };

/** With the thresholds that this tenant has. */
export const THRESHOLDS = { jobHours: 0.1, cronJobMinutes: 1 };

/** In the order in which the objects are made. */
export const WORKLOAD_CAUSES: readonly Cause[] = [
  {
    what: "a container ends again and again",
    alert: "PodCrashLooping",
    about: { pod: "crashing" },
    forSeconds: 15 * MINUTE,
    objects: [pod("crashing", "process.exit(1)")],
  },
  {
    what: "a pod is never ready",
    alert: "PodNotReady",
    about: { pod: "unready" },
    forSeconds: 15 * MINUTE,
    objects: [pod("unready", IDLE, { readinessProbe: never })],
  },
  {
    what: "a container uses more memory than its limit",
    alert: "ContainerOomKilled",
    about: { pod: "eating" },
    forSeconds: MINUTE,
    objects: [
      pod("eating", EATS, {
        resources: { requests: { memory: "64Mi" }, limits: { memory: "96Mi" } },
      }),
    ],
  },
  {
    what: "a container wants more CPU than its limit",
    alert: "ContainerThrottled",
    about: { pod: "throttled" },
    forSeconds: 15 * MINUTE,
    objects: [
      pod("throttled", "for (;;);", {
        resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { cpu: "30m" } },
      }),
    ],
  },
  {
    what: "a container is about to reach its limit of memory",
    alert: "ContainerMemoryNearLimit",
    about: { pod: "holding" },
    forSeconds: 15 * MINUTE,
    objects: [
      pod("holding", HOLDS, {
        env: LITTLE_GARBAGE,
        resources: { requests: { memory: "256Mi" }, limits: { memory: "256Mi" } },
      }),
    ],
  },
  {
    what: "a deployment has a replica less than it should",
    alert: "DeploymentReplicasMissing",
    about: { deployment: "missing-deployment" },
    forSeconds: 15 * MINUTE,
    objects: [
      workload("Deployment", "missing-deployment", { replicas: 1 }, { readinessProbe: never }),
    ],
  },
  {
    what: "a rollout does not come to its end",
    alert: "DeploymentRolloutStuck",
    about: { deployment: "stuck" },
    forSeconds: 15 * MINUTE,
    objects: [
      workload(
        "Deployment",
        "stuck",
        { replicas: 1, progressDeadlineSeconds: 10 },
        { readinessProbe: never },
      ),
    ],
  },
  {
    what: "a stateful set has a replica less than it should",
    alert: "StatefulSetReplicasMissing",
    about: { statefulset: "missing-stateful-set" },
    forSeconds: 15 * MINUTE,
    objects: [
      workload(
        "StatefulSet",
        "missing-stateful-set",
        { replicas: 1, serviceName: "none" },
        { readinessProbe: never },
      ),
    ],
  },
  {
    what: "a daemon set has no ready pod",
    alert: "DaemonSetPodsMissing",
    about: { daemonset: "missing-daemon-set" },
    forSeconds: 15 * MINUTE,
    objects: [workload("DaemonSet", "missing-daemon-set", {}, { readinessProbe: never })],
  },
  {
    what: "a disruption budget has fewer pods than it wants",
    alert: "DisruptionBudgetBroken",
    about: { poddisruptionbudget: "broken" },
    forSeconds: 15 * MINUTE,
    objects: [
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: metadata("broken"),
        spec: { minAvailable: 1, selector: { matchLabels: { app: "missing-deployment" } } },
      },
    ],
  },
  {
    what: "a quota is used up",
    alert: "QuotaNearlyUsed",
    about: { resourcequota: "used" },
    forSeconds: 15 * MINUTE,
    objects: [
      quota("used", { services: 1 }),
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata("only"),
        spec: { ports: [{ port: 80 }], selector: { app: "none" } },
      },
    ],
  },
  {
    what: "a pod waits for a volume of a class that does not exist",
    alert: "VolumeClaimPending",
    about: { persistentvolumeclaim: "pending" },
    forSeconds: 15 * MINUTE,
    objects: [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata("pending"),
        spec: { storageClassName: "none", ...STORAGE },
      },
      pod(
        "waiting",
        IDLE,
        { volumeMounts: [{ name: "disk", mountPath: "/disk" }] },
        { volumes: [{ name: "disk", persistentVolumeClaim: { claimName: "pending" } }] },
      ),
    ],
  },
  {
    what: "a job fails",
    alert: "JobFailed",
    about: { job_name: "failing" },
    forSeconds: 15 * MINUTE,
    objects: [job("failing", "process.exit(1)")],
  },
  {
    what: "a job takes longer than its tenant's jobs may",
    alert: "JobSlow",
    about: { job_name: "slow" },
    forSeconds: 5 * MINUTE,
    objects: [job("slow", IDLE)],
  },
  {
    what: "a cron job may not start its jobs",
    alert: "CronJobLate",
    about: { cronjob: "late" },
    forSeconds: 5 * MINUTE,
    objects: [
      // The two jobs above are as many as there may be.
      quota("jobs", { "count/jobs.batch": 2 }),
      {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: metadata("late"),
        spec: {
          schedule: "* * * * *",
          jobTemplate: {
            spec: { template: { spec: podSpec(IDLE, {}, { restartPolicy: "Never" }) } },
          },
        },
      },
    ],
  },
  {
    what: "an autoscaler can add no more pods",
    alert: "AutoscalerAtMaximum",
    about: { horizontalpodautoscaler: "most" },
    forSeconds: 15 * MINUTE,
    objects: [
      workload("Deployment", "scaled", { replicas: 2 }),
      {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: metadata("most"),
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "scaled" },
          minReplicas: 1,
          maxReplicas: 2,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } },
            },
          ],
        },
      },
    ],
  },
  {
    what: "a cluster uses another share of its memory than those of another environment",
    alert: "EnvironmentDrift",
    about: { resource: "memory", compared_with: "prd" },
    ofCluster: true,
    forSeconds: 15 * MINUTE,
    objects: [exporter("larger-node", SAYS_MORE_MEMORY, EXPORTER_PORT)],
  },
];

/** Found by its annotations, as those of applications are. */
function exporter(name: string, program: string, containerPort: number): object {
  const annotations = {
    "prometheus.io/scrape": "true",
    "prometheus.io/port": String(containerPort),
  };
  return {
    ...pod(name, program, { ports: [{ containerPort }] }),
    metadata: { ...metadata(name), annotations },
  };
}
