import type { Role } from "../../kit/labels";

export const PROMETHEUS_AGENT: Role = { name: "prometheus-agent" };
export const PROMETHEUS_AGENT_PORT = 9090;
