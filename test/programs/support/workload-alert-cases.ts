import {
  DEFAULT_THRESHOLDS,
  type ThresholdName,
} from "../../../components/rules/workloads/thresholds";

/** Labels of the cluster in which something goes wrong, and of its neighbour, which stays well. */
export const EDGE = `cluster="dev",environment="dev",tenant_id="dev"`;
export const NEIGHBOUR = `cluster="stg",environment="stg",tenant_id="dev"`;

/** Minutes for which all is well, before it is wrong, and after. Longer than most windows. */
export const [WELL, WELL_AGAIN] = [20, 30];

/** How the value that an alert looks at is made of series, which differ between well and wrong. */
interface Shapes {
  /** The value itself, or what follows from it. */
  gauge(from?: (value: number) => number): string;
  /** Rises by so much in a minute. */
  counter(from?: (value: number) => number): string;
  /** The same all the time. */
  steady(value: number): string;
  rising(perMinute: number): string;
  /** Minutes for which it is wrong. */
  readonly wrong: number;
}

/** A course of events: well, wrong, well again. */
export interface Course {
  /** Where it differs from its threshold: well on one side by `step`, wrong on the other. */
  readonly threshold?: ThresholdName;
  readonly step?: number;
  /** It fires below the threshold. */
  readonly below?: true;
  /** Values where there is no threshold; those are 0 and 1. */
  readonly values?: readonly [well: number, wrong: number];
  readonly severity?: "critical";
  series(edge: string, shapes: Shapes): Readonly<Record<string, string>>;
  /** Minutes until windows are full of what is wrong, beside `for`. */
  readonly lag?: number;
}

/** What is well, and what is wrong. */
export function valuesOf({ threshold, step, below, values = [0, 1] }: Course): [number, number] {
  if (!threshold) return [...values];
  const limit = DEFAULT_THRESHOLDS[threshold];
  const by = (step ?? limit / 20) * (below ? -1 : 1);
  return [limit - by, limit + by];
}

export function shapes([well, bad]: readonly [number, number], wrong: number): Shapes {
  const constant = (value: number, minutes: number) => `${value}x${minutes - 1}`;
  return {
    gauge: (from = (value) => value) =>
      [
        constant(from(well), WELL),
        constant(from(bad), wrong),
        constant(from(well), WELL_AGAIN),
      ].join(" "),
    counter(from = (value) => value) {
      const [slow, fast] = [from(well), from(bad)];
      const [first, second] = [slow * WELL, slow * WELL + fast * wrong];
      return [
        `0+${slow}x${WELL - 1}`,
        `${first}+${fast}x${wrong - 1}`,
        `${second}+${slow}x${WELL_AGAIN - 1}`,
      ].join(" ");
    },
    steady: (value) => constant(value, WELL + wrong + WELL_AGAIN),
    rising: (perMinute) => `0+${perMinute}x${WELL + wrong + WELL_AGAIN - 1}`,
    wrong,
  };
}

/**
 * A histogram of which `quantile` is the value: observations are below 0, which no real one is, or
 * between 0 and `top`.
 */
function histogram(name: string, labels: string, quantile: number, top: number) {
  const below = (value: number) => {
    const part = value / top;
    return (1000 * (quantile - part)) / (1 - part);
  };
  return ({ counter, rising }: Shapes) => ({
    [`${name}_bucket{${labels},le="0"}`]: counter(below),
    [`${name}_bucket{${labels},le="${top}"}`]: rising(1000),
    [`${name}_bucket{${labels},le="+Inf"}`]: rising(1000),
  });
}

const used =
  (name: string, left: string, all: string, labels: string): Course["series"] =>
  (edge, { gauge, steady }) => ({
    [`${name}_${left}{${edge},${labels}}`]: gauge((ratio) => 1000 * (1 - ratio)),
    [`${name}_${all}{${edge},${labels}}`]: steady(1000),
  });

/** A state that one series tells: 1 where it is so. */
const state =
  (metric: string, labels: string): Course["series"] =>
  (edge, { gauge }) => ({ [`${metric}{${edge},${labels}}`]: gauge() });

/**
 * Room that shrinks by one in a minute, and gets back what it lost at the end. The limit is met
 * once all is wrong: of the days that are left, or of the share that is used.
 */
function filling(
  [available, capacity]: readonly [string, string],
  labels: string,
  [days, ratio]: readonly [ThresholdName, ThresholdName],
): Course[] {
  const course = (threshold: ThresholdName, first: number, all: number): Course => ({
    threshold,
    series: (edge, { steady, wrong }) => {
      const shrunk = `${first}-1x${WELL + wrong - 1} ${first}x${WELL_AGAIN - 1}`;
      return {
        [`${available}{${edge},${labels}}`]: edge === EDGE ? shrunk : steady(first),
        [`${capacity}{${edge},${labels}}`]: steady(all),
      };
    },
  });
  const lasting = DEFAULT_THRESHOLDS[days] * 1440 + WELL;
  return [
    course(days, lasting, 10 * lasting),
    course(ratio, 1000, (1000 - WELL) / (1 - DEFAULT_THRESHOLDS[ratio])),
  ];
}

const node = `node="n1"`;
const filesystem = `${node},device="/dev/sda1",mountpoint="/"`;
const pod = `namespace="shop",pod="cart-1"`;
const container = `${pod},container="cart"`;
const claim = `namespace="shop",persistentvolumeclaim="data"`;
const service = `k8s_namespace_name="shop",service_name="cart",span_kind="SPAN_KIND_SERVER"`;
const card = `${node},gpu="0"`;

const missingReplicas =
  (
    kind: string,
    labels: string,
    [wanted, there, updated]: readonly [wanted: string, there: string, updated: string],
  ) =>
  (edge: string, { gauge, steady }: Shapes) => ({
    [`kube_${kind}_${wanted}{${edge},namespace="shop",${labels}}`]: steady(3),
    [`kube_${kind}_${there}{${edge},namespace="shop",${labels}}`]: gauge((gone) => 3 - gone),
    [`kube_${kind}_${updated}{${edge},namespace="shop",${labels}}`]: steady(3),
  });

const calls = (
  edge: string,
  perMinute: number,
  { counter }: Shapes,
  ratio: (value: number) => number,
) => ({
  [`traces_span_metrics_calls_total{${edge},${service},status_code="STATUS_CODE_UNSET"}`]: counter(
    (value) => perMinute * (1 - ratio(value)),
  ),
  [`traces_span_metrics_calls_total{${edge},${service},status_code="STATUS_CODE_ERROR"}`]: counter(
    (value) => perMinute * ratio(value),
  ),
});

/** By alert: what goes wrong. Each of them fires on its own, and ends. */
export const workloadCourses: Readonly<Record<string, readonly Course[]>> = {
  NodeNotReady: [
    {
      values: [1, 0],
      series: (edge, { gauge, steady }) => ({
        [`kube_node_status_condition{${edge},${node},condition="Ready",status="true"}`]: gauge(),
        [`kube_node_spec_unschedulable{${edge},${node}}`]: steady(0),
      }),
    },
  ],
  NodeUnderPressure: [
    {
      series: state("kube_node_status_condition", `${node},condition="DiskPressure",status="true"`),
    },
  ],
  NodeCpuBusy: [
    {
      threshold: "nodeCpuRatio",
      lag: 5,
      series: (edge, { counter }) => ({
        [`node_cpu_seconds_total{${edge},${node},cpu="0",mode="idle"}`]: counter(
          (r) => 60 * (1 - r),
        ),
        [`node_cpu_seconds_total{${edge},${node},cpu="0",mode="user"}`]: counter((r) => 60 * r),
      }),
    },
  ],
  NodeMemoryFull: [
    {
      threshold: "nodeMemoryRatio",
      series: used("node_memory", "MemAvailable_bytes", "MemTotal_bytes", node),
    },
  ],
  NodeFilesystemFull: [
    {
      threshold: "nodeFilesystemRatio",
      step: 0.01,
      series: used("node_filesystem", "avail_bytes", "size_bytes", filesystem),
    },
    {
      threshold: "nodeFilesystemCriticalRatio",
      step: 0.01,
      severity: "critical",
      series: used("node_filesystem", "avail_bytes", "size_bytes", filesystem),
    },
  ],
  NodeFilesystemFilling: filling(
    ["node_filesystem_avail_bytes", "node_filesystem_size_bytes"],
    filesystem,
    ["nodeFilesystemDays", "nodeFilesystemFillingRatio"],
  ),
  NodeInodesFull: [
    {
      threshold: "nodeInodesRatio",
      step: 0.02,
      series: used("node_filesystem", "files_free", "files", filesystem),
    },
  ],
  NodeClockWrong: [
    { threshold: "nodeClockSeconds", series: state("node_timex_offset_seconds", node) },
    {
      values: [0.1, 16],
      series: (edge, { gauge }) => ({
        [`node_timex_maxerror_seconds{${edge},${node}}`]: gauge(),
        [`node_timex_sync_status{${edge},${node}}`]: gauge((error) => (error < 16 ? 1 : 0)),
      }),
    },
  ],
  NodeNetworkErrors: [
    ...["receive", "transmit"].map((way): Course => ({
      threshold: "nodeNetworkErrorRatio",
      lag: 5,
      series: (edge, { counter, rising }) => ({
        [`node_network_${way}_packets_total{${edge},${node},device="eth0"}`]: rising(60_000),
        [`node_network_${way}_errs_total{${edge},${node},device="eth0"}`]: counter(
          (r) => 60_000 * r,
        ),
      }),
    })),
  ],
  NodeDiskSaturated: [
    {
      threshold: "nodeDiskQueue",
      lag: 5,
      series: (edge, { counter }) => ({
        [`node_disk_io_time_weighted_seconds_total{${edge},${node},device="sda"}`]: counter(
          (queue) => 60 * queue,
        ),
      }),
    },
  ],
  PodCrashLooping: [
    {
      series: state(
        "kube_pod_container_status_waiting_reason",
        `${container},reason="CrashLoopBackOff"`,
      ),
    },
  ],
  PodNotReady: [
    { series: state("kube_pod_status_phase", `${pod},phase="Pending"`) },
    {
      series: (edge, { gauge, steady }) => ({
        [`kube_pod_status_phase{${edge},${pod},phase="Running"}`]: steady(1),
        [`kube_pod_status_ready{${edge},${pod},condition="true"}`]: gauge((wrong) => 1 - wrong),
      }),
    },
  ],
  ContainerOomKilled: [
    {
      series: (edge, { steady, counter }) => ({
        [`kube_pod_container_status_last_terminated_reason{${edge},${container},reason="OOMKilled"}`]:
          steady(1),
        [`kube_pod_container_status_restarts_total{${edge},${container}}`]: counter(),
      }),
    },
  ],
  ContainerWaiting: [
    {
      series: state(
        "kube_pod_container_status_waiting_reason",
        `${container},reason="ImagePullBackOff"`,
      ),
    },
  ],
  ContainerThrottled: [
    {
      threshold: "containerThrottledRatio",
      lag: 5,
      series: (edge, { counter, rising }) => ({
        [`container_cpu_cfs_periods_total{${edge},${container}}`]: rising(600),
        [`container_cpu_cfs_throttled_periods_total{${edge},${container}}`]: counter(
          (r) => 600 * r,
        ),
      }),
    },
  ],
  ContainerMemoryNearLimit: [
    {
      threshold: "containerMemoryRatio",
      step: 0.02,
      series: (edge, { gauge, steady }) => ({
        [`container_memory_working_set_bytes{${edge},${container}}`]: gauge(
          (ratio) => 1000 * ratio,
        ),
        [`container_spec_memory_limit_bytes{${edge},${container}}`]: steady(1000),
      }),
    },
  ],
  DeploymentReplicasMissing: [
    {
      series: missingReplicas("deployment", `deployment="cart"`, [
        "spec_replicas",
        "status_replicas_available",
        "status_replicas_updated",
      ]),
    },
  ],
  DeploymentRolloutStuck: [
    {
      series: state(
        "kube_deployment_status_condition",
        `namespace="shop",deployment="cart",condition="Progressing",status="false"`,
      ),
    },
  ],
  StatefulSetReplicasMissing: [
    {
      series: missingReplicas("statefulset", `statefulset="db"`, [
        "replicas",
        "status_replicas_ready",
        "status_replicas_updated",
      ]),
    },
  ],
  DaemonSetPodsMissing: [
    {
      series: missingReplicas("daemonset", `daemonset="cni"`, [
        "status_desired_number_scheduled",
        "status_number_available",
        "status_updated_number_scheduled",
      ]),
    },
  ],
  AutoscalerAtMaximum: [
    {
      values: [2, 5],
      series: (edge, { gauge, steady }) => {
        const labels = `${edge},namespace="shop",horizontalpodautoscaler="cart"`;
        return {
          [`kube_horizontalpodautoscaler_status_current_replicas{${labels}}`]: gauge(),
          [`kube_horizontalpodautoscaler_spec_max_replicas{${labels}}`]: steady(5),
          [`kube_horizontalpodautoscaler_spec_min_replicas{${labels}}`]: steady(2),
        };
      },
    },
  ],
  DisruptionBudgetBroken: [
    {
      values: [2, 1],
      series: (edge, { gauge, steady }) => {
        const labels = `${edge},namespace="shop",poddisruptionbudget="cart"`;
        return {
          [`kube_poddisruptionbudget_status_current_healthy{${labels}}`]: gauge(),
          [`kube_poddisruptionbudget_status_desired_healthy{${labels}}`]: steady(2),
        };
      },
    },
  ],
  QuotaNearlyUsed: [
    {
      threshold: "quotaRatio",
      series: (edge, { gauge, steady }) => {
        const labels = `${edge},namespace="shop",resourcequota="all",resource="pods"`;
        return {
          [`kube_resourcequota{${labels},type="used"}`]: gauge((ratio) => 100 * ratio),
          [`kube_resourcequota{${labels},type="hard"}`]: steady(100),
        };
      },
    },
  ],
  ClusterOvercommitted: [
    {
      values: [3, 5],
      series: (edge, { gauge, steady }) => ({
        [`kube_pod_container_resource_requests{${edge},${container},resource="cpu",unit="core"}`]:
          gauge(),
        [`kube_pod_status_phase{${edge},${pod},phase="Running"}`]: steady(1),
        [`kube_node_status_allocatable{${edge},node="n1",resource="cpu"}`]: steady(4),
        [`kube_node_status_allocatable{${edge},node="n2",resource="cpu"}`]: steady(4),
      }),
    },
  ],
  VolumeFull: [
    {
      threshold: "volumeRatio",
      step: 0.02,
      severity: "critical",
      series: used("kubelet_volume_stats", "available_bytes", "capacity_bytes", claim),
    },
  ],
  VolumeFilling: filling(
    ["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"],
    claim,
    ["volumeDays", "volumeFillingRatio"],
  ),
  VolumeInodesFull: [
    {
      threshold: "volumeInodesRatio",
      step: 0.02,
      series: used("kubelet_volume_stats", "inodes_free", "inodes", claim),
    },
  ],
  VolumeFailed: [
    {
      severity: "critical",
      series: state("kube_persistentvolume_status_phase", `persistentvolume="pv1",phase="Failed"`),
    },
  ],
  VolumeClaimPending: [
    {
      series: (edge, { gauge, steady }) => ({
        [`kube_persistentvolumeclaim_status_phase{${edge},${claim},phase="Pending"}`]: gauge(),
        [`kube_pod_spec_volumes_persistentvolumeclaims_info{${edge},${claim},pod="db-0"}`]:
          steady(1),
      }),
    },
  ],
  JobFailed: [
    { series: state("kube_job_failed", `namespace="shop",job_name="bill",condition="true"`) },
  ],
  JobSlow: [
    {
      threshold: "jobHours",
      series: (edge, { steady, wrong }) => ({
        [`kube_job_status_start_time{${edge},namespace="shop",job_name="bill"}`]: startOf(
          edge,
          DEFAULT_THRESHOLDS.jobHours * 60,
          wrong,
        ),
        [`kube_job_status_active{${edge},namespace="shop",job_name="bill"}`]: steady(1),
      }),
    },
  ],
  CronJobLate: [
    {
      threshold: "cronJobMinutes",
      series: (edge, { steady, wrong }) => {
        const labels = `${edge},namespace="shop",cronjob="bill"`;
        return {
          [`kube_cronjob_next_schedule_time{${labels}}`]: startOf(
            edge,
            DEFAULT_THRESHOLDS.cronJobMinutes,
            wrong,
          ),
          [`kube_cronjob_spec_suspend{${labels}}`]: steady(0),
          [`kube_cronjob_status_active{${labels}}`]: steady(0),
        };
      },
    },
  ],
  ApiServerDown: [
    {
      values: [1, 0],
      series: (edge, { gauge, steady }) => ({
        [`up{${edge},job="kube-apiserver",instance="a"}`]: gauge(),
        [`up{${edge},job="kube-apiserver",instance="b"}`]: steady(1),
      }),
    },
  ],
  ApiServerErrors: [
    {
      threshold: "apiServerErrorRatio",
      severity: "critical",
      lag: 5,
      series: (edge, { counter }) => ({
        [`apiserver_request_total{${edge},code="200"}`]: counter((ratio) => 60_000 * (1 - ratio)),
        [`apiserver_request_total{${edge},code="503"}`]: counter((ratio) => 60_000 * ratio),
      }),
    },
  ],
  ApiServerSlow: [
    {
      threshold: "apiServerSeconds",
      lag: 5,
      series: (edge, given) =>
        histogram(
          "apiserver_request_sli_duration_seconds",
          `${edge},verb="GET"`,
          ...quantileOf("apiServerSeconds"),
        )(given),
    },
  ],
  ApiServerOverloaded: [
    {
      threshold: "apiServerTerminatedRatio",
      lag: 5,
      series: (edge, { counter, rising }) => ({
        [`apiserver_request_total{${edge},code="200"}`]: rising(6000),
        [`apiserver_request_terminations_total{${edge},code="429"}`]: counter((r) => 6000 * r),
      }),
    },
  ],
  KubeletDown: [{ values: [1, 0], series: state("up", `${node},job="kubelet"`) }],
  KubeletFull: [
    {
      threshold: "kubeletPodsRatio",
      step: 0.02,
      series: (edge, { gauge, steady }) => ({
        [`kubelet_running_pods{${edge},${node}}`]: gauge((ratio) => 100 * ratio),
        [`kube_node_status_capacity{${edge},${node},resource="pods"}`]: steady(100),
      }),
    },
  ],
  KubeletSlow: [
    {
      threshold: "kubeletRelistSeconds",
      lag: 5,
      series: (edge, given) =>
        histogram(
          "kubelet_pleg_relist_duration_seconds",
          `${edge},${node}`,
          ...quantileOf("kubeletRelistSeconds"),
        )(given),
    },
  ],
  PodStartSlow: [
    {
      threshold: "podStartSeconds",
      lag: 5,
      series: (edge, given) =>
        histogram(
          "kubelet_pod_worker_duration_seconds",
          `${edge},${node}`,
          ...quantileOf("podStartSeconds"),
        )(given),
    },
  ],
  NodeEvicting: [
    {
      series: (edge, { counter }) => ({
        [`kubelet_evictions{${edge},${node},eviction_signal="memory.available"}`]: counter(),
      }),
      lag: 2,
    },
    {
      // The counter appears with the first eviction.
      series: (edge) => ({
        [`kubelet_evictions{${edge},${node},eviction_signal="nodefs.available"}`]:
          edge === EDGE ? `_x${WELL} 1x${WELL}` : `_x300`,
      }),
      lag: 2,
    },
  ],
  ClientCertificateExpiring: [
    {
      threshold: "certificateDays",
      below: true,
      lag: 5,
      series: (edge, given) => clientCertificates(edge, "certificateDays")(given),
    },
    {
      threshold: "certificateCriticalDays",
      below: true,
      severity: "critical",
      lag: 5,
      series: (edge, given) => clientCertificates(edge, "certificateCriticalDays")(given),
    },
  ],
  KubeletCertificateExpiring: [
    ...["client", "server"].flatMap((whose): Course[] => {
      const series: Course["series"] = (edge, { gauge }) => ({
        [`kubelet_certificate_manager_${whose}_ttl_seconds{${edge},${node}}`]: gauge(
          (days) => days * 86_400,
        ),
      });
      return [
        { threshold: "certificateDays", below: true, series },
        { threshold: "certificateCriticalDays", below: true, severity: "critical", series },
      ];
    }),
  ],
  KubeletCertificateRenewalFailing: [
    ...[
      "kubelet_certificate_manager_client_expiration_renew_errors",
      "kubelet_server_expiration_renew_errors",
    ].map((metric): Course => ({
      series: (edge, { counter }) => ({ [`${metric}{${edge},${node}}`]: counter() }),
    })),
  ],
  ServiceErrors: [
    {
      threshold: "serviceErrorRatio",
      severity: "critical",
      lag: 5,
      series: (edge, given) => calls(edge, 6000, given, (ratio) => ratio),
    },
    {
      threshold: "serviceCallsPerSecond",
      severity: "critical",
      lag: 5,
      series: (edge, { counter }) => ({
        [`traces_span_metrics_calls_total{${edge},${service},status_code="STATUS_CODE_ERROR"}`]:
          counter((perSecond) => 60 * perSecond),
      }),
    },
  ],
  ServiceSlow: [
    {
      threshold: "serviceSeconds",
      lag: 5,
      series: (edge, given) => ({
        ...calls(edge, 6000, given, () => 0),
        ...histogram(
          "traces_span_metrics_duration_seconds",
          `${edge},${service}`,
          ...quantileOf("serviceSeconds"),
        )(given),
      }),
    },
  ],
  GpuHot: [{ threshold: "gpuCelsius", series: state("DCGM_FI_DEV_GPU_TEMP", card) }],
  GpuMemoryFull: [
    {
      threshold: "gpuMemoryRatio",
      step: 0.02,
      series: (edge, { gauge }) => ({
        [`DCGM_FI_DEV_FB_USED{${edge},${card}}`]: gauge((ratio) => 1000 * ratio),
        [`DCGM_FI_DEV_FB_FREE{${edge},${card}}`]: gauge((ratio) => 1000 * (1 - ratio)),
      }),
    },
  ],
  GpuErrors: [{ values: [0, 79], series: state("DCGM_FI_DEV_XID_ERRORS", card) }],
  GpuBroken: [{ severity: "critical", series: state("DCGM_FI_DEV_ROW_REMAP_FAILURE", card) }],
};

function quantileOf(threshold: ThresholdName): [quantile: number, top: number] {
  return [0.99, 2 * DEFAULT_THRESHOLDS[threshold]];
}

function clientCertificates(edge: string, threshold: ThresholdName) {
  const top = 200 * DEFAULT_THRESHOLDS[threshold] * 86_400;
  const shaped = histogram(
    "apiserver_client_certificate_expiration_seconds",
    `${edge},job="kube-apiserver"`,
    ...([0.01, top] as const),
  );
  return (given: Shapes) =>
    shaped({
      ...given,
      counter: (from = (x) => x) => given.counter((days) => from(days * 86_400)),
    });
}

/**
 * A time so chosen that so many minutes have passed since then once all is wrong, and that is over
 * when all is well again; the neighbour's is always now or in the future.
 */
function startOf(edge: string, minutes: number, wrong: number): string {
  const [since, later] = [(WELL - minutes) * 60, (WELL + wrong + WELL_AGAIN) * 60];
  if (edge !== EDGE) return `${later}x${WELL + wrong + WELL_AGAIN - 1}`;
  return `${since}x${WELL + wrong - 1} ${later}x${WELL_AGAIN - 1}`;
}
