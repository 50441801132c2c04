import { CERTIFICATE_EXPIRY, EDGE_INFO } from "./metrics";
import type { RulesEdge, WatchedCertificate } from "./model";
import type { RecordingRule } from "./types";

/** The inventory as series: what should be there, so that what is not there can be missed. */
export function edgeInfo({
  name,
  tenant,
  state,
  environment,
  region,
  clusterType,
}: RulesEdge): RecordingRule {
  const labels = {
    cluster: name,
    tenant_id: tenant,
    state,
    environment,
    region,
    cluster_type: clusterType,
  };
  return { record: EDGE_INFO, expr: "vector(1)", labels: given(labels) };
}

export function certificateExpiry({
  certificate,
  cluster,
  notAfter,
}: WatchedCertificate): RecordingRule {
  return {
    record: CERTIFICATE_EXPIRY,
    expr: `vector(${notAfter})`,
    labels: given({ certificate, cluster }),
  };
}

function given(labels: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
