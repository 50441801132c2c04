import {
  EDGE,
  IN_CLUSTER,
  maxBy,
  on,
  percent,
  sumBy,
  type Selector,
  type Subject,
} from "./subject";

/** Deployments, stateful sets, daemon sets, autoscalers, budgets, quotas, and room for them. */
export const workloads: Subject = {
  name: "workloads",
  recordings: [
    {
      record: "cluster:requested:sum",
      expr: sumBy(
        "resource",
        `${maxBy("namespace, pod, container, resource", `kube_pod_container_resource_requests{resource=~"cpu|memory"}`)} and ${on("namespace, pod")} kube_pod_status_phase{phase=~"Pending|Running"} == 1`,
      ),
    },
    {
      record: "cluster:allocatable:sum",
      expr: sumBy("resource", ALLOCATABLE()),
    },
  ],
  alerts: (limits, of) => [
    {
      name: "DeploymentReplicasMissing",
      severity: "warning",
      expr: missing("deployment", of, {
        wanted: "kube_deployment_spec_replicas",
        there: "kube_deployment_status_replicas_available",
        updated: "kube_deployment_status_replicas_updated",
      }),
      for: "15m",
      summary: `Deployment {{ $labels.namespace }}/{{ $labels.deployment }} ${IN_CLUSTER} has fewer replicas than it wants`,
      description:
        "{{ $value }} are missing, and no rollout is under way. First: the events of its pods, then quotas and room on nodes",
    },
    {
      name: "DeploymentRolloutStuck",
      severity: "warning",
      expr: `${maxBy("namespace, deployment", of("kube_deployment_status_condition", `condition="Progressing",status="false"`))} == 1`,
      for: "15m",
      summary: `The rollout of deployment {{ $labels.namespace }}/{{ $labels.deployment }} ${IN_CLUSTER} is stuck`,
      description:
        "Its new pods did not become ready within its progress deadline; the old ones still run. First: the events and the log of a new pod, then undo the rollout",
    },
    {
      name: "StatefulSetReplicasMissing",
      severity: "warning",
      expr: missing("statefulset", of, {
        wanted: "kube_statefulset_replicas",
        there: "kube_statefulset_status_replicas_ready",
        updated: "kube_statefulset_status_replicas_updated",
      }),
      for: "15m",
      summary: `StatefulSet {{ $labels.namespace }}/{{ $labels.statefulset }} ${IN_CLUSTER} has fewer replicas than it wants`,
      description:
        "{{ $value }} are missing, and no rollout is under way. First: the pod with the lowest number that is not ready, and its volume",
    },
    {
      name: "DaemonSetPodsMissing",
      severity: "warning",
      expr: missing("daemonset", of, {
        wanted: "kube_daemonset_status_desired_number_scheduled",
        there: "kube_daemonset_status_number_available",
        updated: "kube_daemonset_status_updated_number_scheduled",
      }),
      for: "15m",
      summary: `DaemonSet {{ $labels.namespace }}/{{ $labels.daemonset }} ${IN_CLUSTER} is missing on {{ $value }} nodes`,
      description:
        "Nodes without it lack what it does: network, storage, logs. First: its pods that are not ready, then nodes without room",
    },
    {
      name: "AutoscalerAtMaximum",
      severity: "warning",
      expr: `${autoscaler("status_current_replicas", of)} == ${autoscaler("spec_max_replicas", of)} > ${autoscaler("spec_min_replicas", of)}`,
      for: "15m",
      summary: `Autoscaler {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} ${IN_CLUSTER} is at its maximum`,
      description:
        "It has had all {{ $value }} replicas that it may have for a quarter of an hour: more load makes what it scales slow. First: whether the load is wanted, then raise the maximum",
    },
    {
      name: "DisruptionBudgetBroken",
      severity: "warning",
      expr: `${budget("desired_healthy", of)} - ${budget("current_healthy", of)} > 0`,
      for: "15m",
      summary: `{{ $value }} pods fewer than disruption budget {{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} ${IN_CLUSTER} asks for`,
      description:
        "No pod of it can be evicted: nodes do not drain, and the cluster's upgrade waits. First: the pods that it selects",
    },
    {
      name: "QuotaNearlyUsed",
      severity: "warning",
      expr: `${quota("used", of)} / (${quota("hard", of)} > 0) > ${limits.quotaRatio}`,
      for: "15m",
      summary: `Namespace {{ $labels.namespace }} ${IN_CLUSTER} has used {{ $value | humanizePercentage }} of its quota of {{ $labels.resource }}`,
      description: `More than ${percent(limits.quotaRatio)}: at all of it, new pods are refused, those of a rollout too. First: what the namespace may give up, then the quota`,
    },
    {
      name: "ClusterOvercommitted",
      severity: "warning",
      expr: `${of("cluster:requested:sum")} - (cluster:allocatable:sum - ${largest()} > 0) > 0`,
      for: "10m",
      summary: `Cluster {{ $labels.cluster }} has no room for the loss of a node: {{ $labels.resource }}`,
      description:
        "Pods ask for more than its nodes have without the largest one: if that is lost, some pods find no place. First: add a node, or lower requests that nobody uses",
    },
  ],
};

function ALLOCATABLE(): string {
  return maxBy("node, resource", `kube_node_status_allocatable{resource=~"cpu|memory"}`);
}

function largest(): string {
  return `max by (${EDGE}, resource) (kube_node_status_allocatable{resource=~"cpu|memory"})`;
}

/** How many of the pods that a workload wants are not there, while no rollout changes them. */
function missing(
  kind: string,
  of: Selector,
  { wanted, there, updated }: Readonly<Record<"wanted" | "there" | "updated", string>>,
): string {
  const by = `namespace, ${kind}`;
  return `${maxBy(by, of(wanted))} - ${maxBy(by, of(there))} > 0 and ${on(by)} changes(${updated}[10m]) == 0`;
}

const autoscaler = (what: string, of: Selector) =>
  maxBy("namespace, horizontalpodautoscaler", of(`kube_horizontalpodautoscaler_${what}`));

const budget = (what: string, of: Selector) =>
  maxBy("namespace, poddisruptionbudget", of(`kube_poddisruptionbudget_status_${what}`));

const quota = (type: string, of: Selector) =>
  maxBy("namespace, resourcequota, resource", of("kube_resourcequota", `type="${type}"`));
