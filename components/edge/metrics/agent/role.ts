import { PROMETHEUS_AGENT, type AgentInstance } from "../../../contract/places";
import type { Role } from "../../../kit/labels";

export { PROMETHEUS_AGENT } from "../../../contract/places";

export const PROMETHEUS_AGENT_PORT = 9090;

/** One agent of the edge's, for what belongs to it alone. */
export function agentRole(instance: AgentInstance): Role {
  return { name: PROMETHEUS_AGENT.name, instance };
}
