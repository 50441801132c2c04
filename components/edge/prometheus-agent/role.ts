export { PROMETHEUS_AGENT } from "../../contract/places";

export const PROMETHEUS_AGENT_PORT = 9090;
