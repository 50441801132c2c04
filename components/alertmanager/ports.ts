import type { Role } from "../kit/labels";

/** Where Alertmanager takes alerts, answers, and is read. */
export const ALERTMANAGER_PORT = 9093;
/** Where it answers for one tenant, whom a header names, and shows nothing of others. */
export const ALERTMANAGER_TENANT_PORT = 9095;
/** Where Alertmanagers tell each other what was sent and silenced. */
export const ALERTMANAGER_GOSSIP_PORT = 9094;

export const ALERTMANAGER: Role = { name: "alertmanager" };

/** The Service that gives each pod a name. */
export const ALERTMANAGER_PODS = `${ALERTMANAGER.name}-gossip`;

/** Name of a pod within the hub's namespace. */
export const podHost = (pod: number) => `${ALERTMANAGER.name}-${pod}.${ALERTMANAGER_PODS}`;
