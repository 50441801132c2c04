import { anyOf, growth } from "../promql";
import type { Alert } from "../types";
import { EDGE, IN_CLUSTER, maxBy, sumBy, type Selector, type Subject } from "./subject";

const DAY = 86_400;
const KUBELET = "kubelet_certificate_manager";

/** Certificates of the clusters themselves. Those of edges are the hub's: CertificateExpiring. */
export const clusterCertificates: Subject = {
  name: "cluster-certificates",
  recordings: [
    {
      // Of the clients of the last minutes, the one in a hundred whose certificate ends first.
      record: "cluster:client_certificate_left:days",
      expr: `histogram_quantile(0.01, ${sumBy("le", `rate(apiserver_client_certificate_expiration_seconds_bucket{job="kube-apiserver"}[5m])`)}) / ${DAY}`,
    },
    {
      record: "node:kubelet_certificate_left:days",
      expr: `${anyOf(
        {
          client: `min by (${EDGE}, node) (${KUBELET}_client_ttl_seconds)`,
          server: `min by (${EDGE}, node) (${KUBELET}_server_ttl_seconds)`,
        },
        "certificate",
      ).replace(/^(.*)$/s, "($1)")} / ${DAY}`,
    },
  ],
  alerts: ({ certificateDays, certificateCriticalDays }, of) => [
    ...expiring(
      {
        name: "ClientCertificateExpiring",
        summary: `A client of the API server of cluster {{ $labels.cluster }} has a certificate that ends in {{ $value | printf "%.1f" }} days`,
        description:
          "Then it is turned away: a kubelet, a controller, or a person. First: the audit log of the API server says who, or kubeadm certs check-expiration",
      },
      of("cluster:client_certificate_left:days"),
      [certificateDays, certificateCriticalDays],
    ),
    ...expiring(
      {
        name: "KubeletCertificateExpiring",
        summary: `The {{ $labels.certificate }} certificate of kubelet on node {{ $labels.node }} ${IN_CLUSTER} ends in {{ $value | printf "%.1f" }} days`,
        description:
          "Kubelet should have renewed it by now; once it has ended, the node is not ready. First: certificate requests that nobody approves (kubectl get csr)",
      },
      of("node:kubelet_certificate_left:days"),
      [certificateDays, certificateCriticalDays],
    ),
    {
      name: "KubeletCertificateRenewalFailing",
      severity: "warning",
      expr: renewalFailures(of),
      for: "15m",
      summary: `Kubelet of node {{ $labels.node }} ${IN_CLUSTER} cannot renew its certificate`,
      description:
        "It tries again until the certificate ends. First: certificate requests that nobody approves (kubectl get csr)",
    },
  ],
};

function renewalFailures(of: Selector): string {
  const failures = [
    `${KUBELET}_client_expiration_renew_errors`,
    "kubelet_server_expiration_renew_errors",
  ];
  return failures.map((counter) => `${maxBy("node", growth(of(counter), "15m"))} > 0`).join(" or ");
}

function expiring(
  texts: Pick<Alert, "name" | "summary" | "description">,
  left: string,
  [days, criticalDays]: readonly [number, number],
): Alert[] {
  return [
    { ...texts, severity: "critical", expr: `${left} < ${criticalDays}`, for: "5m" },
    { ...texts, severity: "warning", expr: `${left} < ${days} >= ${criticalDays}`, for: "5m" },
  ];
}
