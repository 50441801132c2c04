import type { Role } from "../../../kit/labels";

export const KUBE_STATE_METRICS: Role = { name: "kube-state-metrics" };
export const KUBE_STATE_METRICS_PORT = 8080;
