import type { z } from "zod";
import { decimal } from "../../kit/fields";
import { mapValues } from "../../kit/records";

/**
 * When alerts about workloads fire. Every field is a number, and each default has the source of its
 * number beside it.
 */
export interface AlertThresholdsArgs {
  /**
   * Share of a node's CPU time that may be used, 0.1 to 1. Defaults to 0.9: upstream's node-mixin
   * alerts at 90 %.
   */
  nodeCpuRatio?: number;
  /**
   * Share of a node's memory that may be used, 0.1 to 1. Defaults to 0.9: upstream's node-mixin
   * alerts at 90 %.
   */
  nodeMemoryRatio?: number;
  /**
   * Share of a node's filesystem that may be used before a warning, 0.1 to 1. Defaults to 0.95:
   * upstream's node-mixin warns at 5 % left.
   */
  nodeFilesystemRatio?: number;
  /**
   * Share of a node's filesystem that may be used before a critical alert, 0.1 to 1. Defaults to
   * 0.97: upstream's node-mixin is critical at 3 % left.
   */
  nodeFilesystemCriticalRatio?: number;
  /**
   * Number of days for which a node's filesystem should last at its present growth, 0.1 to 90.
   * Defaults to 1: upstream's node-mixin predicts 24 hours.
   */
  nodeFilesystemDays?: number;
  /**
   * Share of a node's filesystem below which its growth alarms nobody, 0 to 1. Defaults to 0.6:
   * upstream's node-mixin warns with less than 40 % left.
   */
  nodeFilesystemFillingRatio?: number;
  /**
   * Share of the inodes of a node's filesystem that may be used, 0.1 to 1. Defaults to 0.95:
   * upstream's node-mixin warns at 5 % left.
   */
  nodeInodesRatio?: number;
  /**
   * Number of seconds by which a node's clock may be off, 0.001 to 60. Defaults to 0.05: upstream's
   * node-mixin warns at 50 ms.
   */
  nodeClockSeconds?: number;
  /**
   * Share of a network device's packets that may be broken, 0 to 1. Defaults to 0.01: upstream's
   * node-mixin warns at 1 %.
   */
  nodeNetworkErrorRatio?: number;
  /**
   * Number of requests that may wait for a disk of a node, on average, 1 to 10000. Defaults to 10:
   * upstream's node-mixin warns at 10.
   */
  nodeDiskQueue?: number;
  /**
   * Share of its periods in which a container may be throttled, 0.01 to 1. Defaults to 0.25:
   * upstream's kubernetes-mixin alerts at 25 %.
   */
  containerThrottledRatio?: number;
  /**
   * Share of its memory limit that a container may use, 0.1 to 1. Defaults to 0.95: the page cache
   * of a well container is given back above it, and the kernel ends it at 100 %.
   */
  containerMemoryRatio?: number;
  /**
   * Share of a namespace's quota that may be used, 0.1 to 1. Defaults to 0.9: upstream's
   * kubernetes-mixin alerts at 90 %.
   */
  quotaRatio?: number;
  /**
   * Share of a persistent volume that may be used before a critical alert, 0.1 to 1. Defaults to
   * 0.97: upstream's kubernetes-mixin is critical at 3 % left.
   */
  volumeRatio?: number;
  /**
   * Number of days for which a persistent volume should last at its present growth, 0.1 to 90.
   * Defaults to 4: upstream's kubernetes-mixin predicts four days.
   */
  volumeDays?: number;
  /**
   * Share of a persistent volume below which its growth alarms nobody, 0 to 1. Defaults to 0.85:
   * upstream's kubernetes-mixin warns with less than 15 % left.
   */
  volumeFillingRatio?: number;
  /**
   * Share of the inodes of a persistent volume that may be used, 0.1 to 1. Defaults to 0.97:
   * upstream's kubernetes-mixin is critical at 3 % left.
   */
  volumeInodesRatio?: number;
  /**
   * Number of hours that a job may take, 0.1 to 8760. Defaults to 12: upstream's kubernetes-mixin
   * alerts after 12 hours.
   */
  jobHours?: number;
  /**
   * Number of minutes by which a cron job may start late, 1 to 10080. Defaults to 30: its
   * controller looks every 10 s, and its nodes may have to start first.
   */
  cronJobMinutes?: number;
  /**
   * Share of requests that the API servers of a cluster may fail, 0 to 1. Defaults to 0.03: three
   * times what burns a monthly budget of 1 %.
   */
  apiServerErrorRatio?: number;
  /**
   * Number of seconds that 99 of 100 requests to API servers may take, 0.01 to 60. Defaults to 1:
   * Kubernetes' own objective for calls on one object is 1 s.
   */
  apiServerSeconds?: number;
  /**
   * Share of requests that API servers may turn away to protect themselves, 0 to 1. Defaults to
   * 0.2: upstream's kubernetes-mixin alerts at 20 %.
   */
  apiServerTerminatedRatio?: number;
  /**
   * Share of the pods that a node takes that may run there, 0.1 to 1. Defaults to 0.95: upstream's
   * kubernetes-mixin alerts at 95 %.
   */
  kubeletPodsRatio?: number;
  /**
   * Number of seconds that kubelet may take to see its containers, 99 of 100 times, 0.1 to 600.
   * Defaults to 10: upstream's kubernetes-mixin alerts at 10 s.
   */
  kubeletRelistSeconds?: number;
  /**
   * Number of seconds that kubelet may take for a pod, 99 of 100 times, 1 to 3600. Defaults to 60:
   * upstream's kubernetes-mixin alerts at 60 s.
   */
  podStartSeconds?: number;
  /**
   * Number of days before the end of a cluster's certificate from which there is a warning, 0.1 to
   * 365. Defaults to 7: upstream's kubernetes-mixin warns at 7 days.
   */
  certificateDays?: number;
  /**
   * Number of days before the end of a cluster's certificate from which an alert is critical, 0.1
   * to 365. Defaults to 1: upstream's kubernetes-mixin is critical at 1 day.
   */
  certificateCriticalDays?: number;
  /**
   * Share of calls that a service may fail, 0 to 1. Defaults to 0.05: above what single failing
   * clients cause, and below what a broken replica of three does.
   */
  serviceErrorRatio?: number;
  /**
   * Number of seconds that 99 of 100 calls to a service may take, 0.001 to 10. Defaults to 1:
   * people notice a delay of a second.
   */
  serviceSeconds?: number;
  /**
   * Number of calls a second below which a service raises no alert, 0 to 1000000. Defaults to 0.1:
   * below it, a share is made of single calls.
   */
  serviceCallsPerSecond?: number;
  /**
   * Temperature that a GPU may have, in degrees Celsius, 30 to 120. Defaults to 85: data centre
   * GPUs slow down from about 90 degrees.
   */
  gpuCelsius?: number;
  /**
   * Share of a GPU's memory that may be used, 0.1 to 1. Defaults to 0.95: the next allocation of a
   * model is larger than what is left.
   */
  gpuMemoryRatio?: number;
  /**
   * Share of the GPU time of a cluster that may be used, 0.1 to 1. Defaults to 0.9: the requirement
   * asks for 90 %.
   */
  clusterGpuRatio?: number;
  /**
   * Difference between the shares of memory or CPU that two environments use, 0.01 to 1. Defaults
   * to 0.2: clusters that are meant to be alike differ by less for the load of a day.
   */
  environmentDriftRatio?: number;
}

export type ThresholdName = keyof AlertThresholdsArgs;
/** One number for each of them. */
export type Thresholds = Readonly<Record<ThresholdName, number>>;

interface Threshold {
  readonly what: string;
  readonly range: readonly [number, number];
  readonly byDefault: number;
  /** Where the default comes from. */
  readonly source: string;
}

const MIXIN = "upstream's kubernetes-mixin";
const NODE_MIXIN = "upstream's node-mixin";

export const THRESHOLDS: Readonly<Record<ThresholdName, Threshold>> = {
  nodeCpuRatio: {
    what: "Share of a node's CPU time that may be used",
    range: [0.1, 1],
    byDefault: 0.9,
    source: `${NODE_MIXIN} alerts at 90 %`,
  },
  nodeMemoryRatio: {
    what: "Share of a node's memory that may be used",
    range: [0.1, 1],
    byDefault: 0.9,
    source: `${NODE_MIXIN} alerts at 90 %`,
  },
  nodeFilesystemRatio: {
    what: "Share of a node's filesystem that may be used before a warning",
    range: [0.1, 1],
    byDefault: 0.95,
    source: `${NODE_MIXIN} warns at 5 % left`,
  },
  nodeFilesystemCriticalRatio: {
    what: "Share of a node's filesystem that may be used before a critical alert",
    range: [0.1, 1],
    byDefault: 0.97,
    source: `${NODE_MIXIN} is critical at 3 % left`,
  },
  nodeFilesystemDays: {
    what: "Number of days for which a node's filesystem should last at its present growth",
    range: [0.1, 90],
    byDefault: 1,
    source: `${NODE_MIXIN} predicts 24 hours`,
  },
  nodeFilesystemFillingRatio: {
    what: "Share of a node's filesystem below which its growth alarms nobody",
    range: [0, 1],
    byDefault: 0.6,
    source: `${NODE_MIXIN} warns with less than 40 % left`,
  },
  nodeInodesRatio: {
    what: "Share of the inodes of a node's filesystem that may be used",
    range: [0.1, 1],
    byDefault: 0.95,
    source: `${NODE_MIXIN} warns at 5 % left`,
  },
  nodeClockSeconds: {
    what: "Number of seconds by which a node's clock may be off",
    range: [0.001, 60],
    byDefault: 0.05,
    source: `${NODE_MIXIN} warns at 50 ms`,
  },
  nodeNetworkErrorRatio: {
    what: "Share of a network device's packets that may be broken",
    range: [0, 1],
    byDefault: 0.01,
    source: `${NODE_MIXIN} warns at 1 %`,
  },
  nodeDiskQueue: {
    what: "Number of requests that may wait for a disk of a node, on average",
    range: [1, 10000],
    byDefault: 10,
    source: `${NODE_MIXIN} warns at 10`,
  },
  containerThrottledRatio: {
    what: "Share of its periods in which a container may be throttled",
    range: [0.01, 1],
    byDefault: 0.25,
    source: `${MIXIN} alerts at 25 %`,
  },
  containerMemoryRatio: {
    what: "Share of its memory limit that a container may use",
    range: [0.1, 1],
    byDefault: 0.95,
    source: "what can be given back is not counted, and the kernel ends it at 100 %",
  },
  quotaRatio: {
    what: "Share of a namespace's quota that may be used",
    range: [0.1, 1],
    byDefault: 0.9,
    source: `${MIXIN} alerts at 90 %`,
  },
  volumeRatio: {
    what: "Share of a persistent volume that may be used before a critical alert",
    range: [0.1, 1],
    byDefault: 0.97,
    source: `${MIXIN} is critical at 3 % left`,
  },
  volumeDays: {
    what: "Number of days for which a persistent volume should last at its present growth",
    range: [0.1, 90],
    byDefault: 4,
    source: `${MIXIN} predicts four days`,
  },
  volumeFillingRatio: {
    what: "Share of a persistent volume below which its growth alarms nobody",
    range: [0, 1],
    byDefault: 0.85,
    source: `${MIXIN} warns with less than 15 % left`,
  },
  volumeInodesRatio: {
    what: "Share of the inodes of a persistent volume that may be used",
    range: [0.1, 1],
    byDefault: 0.97,
    source: `${MIXIN} is critical at 3 % left`,
  },
  jobHours: {
    what: "Number of hours that a job may take",
    range: [0.1, 8760],
    byDefault: 12,
    source: `${MIXIN} alerts after 12 hours`,
  },
  cronJobMinutes: {
    what: "Number of minutes by which a cron job may start late",
    range: [1, 10080],
    byDefault: 30,
    source: "its controller looks every 10 s, and its nodes may have to start first",
  },
  apiServerErrorRatio: {
    what: "Share of requests that the API servers of a cluster may fail",
    range: [0, 1],
    byDefault: 0.03,
    source: "three times what burns a monthly budget of 1 %",
  },
  apiServerSeconds: {
    what: "Number of seconds that 99 of 100 requests to API servers may take",
    range: [0.01, 60],
    byDefault: 1,
    source: "Kubernetes' own objective for calls on one object is 1 s",
  },
  apiServerTerminatedRatio: {
    what: "Share of requests that API servers may turn away to protect themselves",
    range: [0, 1],
    byDefault: 0.2,
    source: `${MIXIN} alerts at 20 %`,
  },
  kubeletPodsRatio: {
    what: "Share of the pods that a node takes that may run there",
    range: [0.1, 1],
    byDefault: 0.95,
    source: `${MIXIN} alerts at 95 %`,
  },
  kubeletRelistSeconds: {
    what: "Number of seconds that kubelet may take to see its containers, 99 of 100 times",
    range: [0.1, 600],
    byDefault: 10,
    source: `${MIXIN} alerts at 10 s`,
  },
  podStartSeconds: {
    what: "Number of seconds that kubelet may take for a pod, 99 of 100 times",
    range: [1, 3600],
    byDefault: 60,
    source: `${MIXIN} alerts at 60 s`,
  },
  certificateDays: {
    what: "Number of days before the end of a cluster's certificate from which there is a warning",
    range: [0.1, 365],
    byDefault: 7,
    source: `${MIXIN} warns at 7 days`,
  },
  certificateCriticalDays: {
    what: "Number of days before the end of a cluster's certificate from which an alert is critical",
    range: [0.1, 365],
    byDefault: 1,
    source: `${MIXIN} is critical at 1 day`,
  },
  serviceErrorRatio: {
    what: "Share of calls that a service may fail",
    range: [0, 1],
    byDefault: 0.05,
    source:
      "above what single failing clients cause, and below what a broken replica of three does",
  },
  serviceSeconds: {
    what: "Number of seconds that 99 of 100 calls to a service may take",
    range: [0.001, 10],
    byDefault: 1,
    source: "people notice a delay of a second",
  },
  serviceCallsPerSecond: {
    what: "Number of calls a second below which a service raises no alert",
    range: [0, 1000000],
    byDefault: 0.1,
    source: "below it, a share is made of single calls",
  },
  gpuCelsius: {
    what: "Temperature that a GPU may have, in degrees Celsius",
    range: [30, 120],
    byDefault: 85,
    source: "data centre GPUs slow down from about 90 degrees",
  },
  gpuMemoryRatio: {
    what: "Share of a GPU's memory that may be used",
    range: [0.1, 1],
    byDefault: 0.95,
    source: "the next allocation of a model is larger than what is left",
  },
  clusterGpuRatio: {
    what: "Share of the GPU time of a cluster that may be used",
    range: [0.1, 1],
    byDefault: 0.9,
    source: "the requirement asks for 90 %",
  },
  environmentDriftRatio: {
    what: "Difference between the shares of memory or CPU that two environments use",
    range: [0.01, 1],
    byDefault: 0.2,
    source: "clusters that are meant to be alike differ by less for the load of a day",
  },
};

export const DEFAULT_THRESHOLDS: Thresholds = mapValues(
  THRESHOLDS,
  ({ byDefault }) => byDefault,
) as Thresholds;

/** Limits of `AlertThresholdsArgs`. */
export const thresholdFields = mapValues(THRESHOLDS, ({ what, range, byDefault, source }) =>
  decimal(`${what}. Defaults to ${byDefault}: ${source}.`, range, byDefault).optional(),
) as Readonly<Record<ThresholdName, z.ZodOptional<z.ZodNumber>>>;
