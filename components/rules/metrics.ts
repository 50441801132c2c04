/** Series that are ours: who makes them and who asks for them take their names from here. */
export const REQUESTS_METRIC = "heliograph_gateway_requests_total";
export const EDGE_INFO = "heliograph_edge_info";
export const CERTIFICATE_EXPIRY = "heliograph_certificate_expiry_timestamp_seconds";
export const RULES_INFO = "heliograph_rules_info";
