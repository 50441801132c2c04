/** Where the program puts things in clusters, for whoever looks for them there. */
export const HUB_NAMESPACE = "heliograph-hub";
export const EDGE_NAMESPACE = "heliograph";

/** Secret of an edge with its certificate, its key, and whom it trusts. */
export const IDENTITY_SECRET = "edge-identity";
