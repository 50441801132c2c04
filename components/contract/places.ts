import type { Role } from "../kit/labels";

/** Where the program puts things in clusters, for whoever looks for them there. */
export const HUB_NAMESPACE = "heliograph-hub";
export const EDGE_NAMESPACE = "heliograph";

/** Secret of an edge with its certificate, its key, and whom it trusts. */
export const IDENTITY_SECRET = "edge-identity";

/** The agent that scrapes an edge's cluster: it has to be let in wherever something is scraped. */
export const PROMETHEUS_AGENT: Role = { name: "prometheus-agent" };
