import { daysLeft, GROWTH_WINDOW } from "./nodes";
import { IN_CLUSTER, maxBy, on, percent, type Subject } from "./subject";

const CLAIM = "namespace, persistentvolumeclaim";
const NAME = "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}";

const stats = (metric: string) => maxBy(CLAIM, `kubelet_volume_stats_${metric}`);

/** Persistent volumes: how full they are, and when they will be. */
export const volumes: Subject = {
  name: "volumes",
  recordings: [
    {
      record: "volume:used:ratio",
      expr: `1 - ${stats("available_bytes")} / (${stats("capacity_bytes")} > 0)`,
    },
    {
      record: "volume:left:days",
      expr: daysLeft(CLAIM, "kubelet_volume_stats_available_bytes"),
    },
    {
      record: "volume:inodes_used:ratio",
      expr: `1 - ${stats("inodes_free")} / (${stats("inodes")} > 0)`,
    },
  ],
  alerts: (limits, of) => [
    {
      name: "VolumeFull",
      severity: "critical",
      expr: `${of("volume:used:ratio")} > ${limits.volumeRatio}`,
      for: "5m",
      summary: `Volume ${NAME} ${IN_CLUSTER} is full by {{ $value | humanizePercentage }}`,
      description: `More than ${percent(limits.volumeRatio)}. First: grow the claim, where its storage class allows it, or delete what is not needed`,
    },
    {
      name: "VolumeFilling",
      severity: "warning",
      expr: `${of("volume:left:days")} < ${limits.volumeDays} and ${on(CLAIM)} volume:used:ratio > ${limits.volumeFillingRatio}`,
      for: "60m",
      summary: `Volume ${NAME} ${IN_CLUSTER} is full in {{ $value | printf "%.1f" }} days`,
      description: `At the rate of the last ${GROWTH_WINDOW}, and it is used by more than ${percent(limits.volumeFillingRatio)}. First: what grows on it, then grow the claim`,
    },
    {
      name: "VolumeInodesFull",
      severity: "warning",
      expr: `${of("volume:inodes_used:ratio")} > ${limits.volumeInodesRatio}`,
      for: "15m",
      summary: `Volume ${NAME} ${IN_CLUSTER} has used {{ $value | humanizePercentage }} of its inodes`,
      description:
        "No file can be made soon, however much room there is. First: the directory with very many small files",
    },
    {
      name: "VolumeFailed",
      severity: "critical",
      expr: `${maxBy("persistentvolume, phase", of("kube_persistentvolume_status_phase", `phase=~"Failed|Pending"`))} == 1`,
      for: "5m",
      summary: `Volume {{ $labels.persistentvolume }} ${IN_CLUSTER} is {{ $labels.phase }}`,
      description:
        "It could not be made, or not be given back. First: the events of the volume, then the log of the storage driver",
    },
    {
      name: "VolumeClaimPending",
      severity: "warning",
      // One that no pod asks for may wait for the first that does.
      expr: `${maxBy(CLAIM, of("kube_persistentvolumeclaim_status_phase", `phase="Pending"`))} == 1 and ${on(CLAIM)} kube_pod_spec_volumes_persistentvolumeclaims_info`,
      for: "15m",
      summary: `Claim ${NAME} ${IN_CLUSTER} gets no volume`,
      description:
        "The pod that asks for it does not start. First: the events of the claim: its storage class, a quota, or the zone",
    },
  ],
};
