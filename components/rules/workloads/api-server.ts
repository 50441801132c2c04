import { untoldAtEdge } from "../promql";
import { EDGE, IN_CLUSTER, maxBy, percent, sumBy, type Subject } from "./subject";

const REQUESTS = `rate(apiserver_request_total[5m])`;

/** API servers: whether they answer, with what, and how fast. */
export const apiServer: Subject = {
  name: "api-server",
  recordings: [
    {
      record: "cluster:apiserver_up:max",
      expr: `max by (${EDGE}) (up{job="kube-apiserver"})`,
    },
    { record: "cluster:apiserver_requests:rate5m", expr: sumBy("", REQUESTS) },
    {
      record: "cluster:apiserver_errors:ratio",
      expr: `(${sumBy("", `rate(apiserver_request_total{code=~"5.."}[5m])`)} or cluster:apiserver_requests:rate5m * 0) / (cluster:apiserver_requests:rate5m > 0)`,
    },
    {
      // Long lists take long by right.
      record: "cluster:apiserver_latency:p99",
      expr: `histogram_quantile(0.99, ${sumBy("verb, le", `rate(apiserver_request_sli_duration_seconds_bucket{verb=~"GET|POST|PUT|PATCH|DELETE"}[5m])`)})`,
    },
  ],
  alerts: (limits, of) => [
    {
      name: "ApiServerDown",
      severity: "warning",
      expr: `${maxBy("instance", of("up", `job="kube-apiserver"`))} == 0 and on (${EDGE}) cluster:apiserver_up:max == 1 ${untoldAtEdge(EDGE)}`,
      for: "5m",
      summary: `API server {{ $labels.instance }} ${IN_CLUSTER} does not answer`,
      description:
        "Others of the cluster do. First: the control plane's node, then the API server's log",
    },
    {
      name: "ApiServerErrors",
      severity: "critical",
      expr: `${of("cluster:apiserver_errors:ratio")} > ${limits.apiServerErrorRatio}`,
      for: "10m",
      summary: `API servers of cluster {{ $labels.cluster }} fail {{ $value | humanizePercentage }} of requests`,
      description: `More than ${percent(limits.apiServerErrorRatio)} are answered with 5xx: deployments, autoscaling and failover do not work as they should. First: etcd, then webhooks that time out`,
    },
    {
      name: "ApiServerSlow",
      severity: "warning",
      expr: `${of("cluster:apiserver_latency:p99")} > ${limits.apiServerSeconds}`,
      for: "10m",
      summary: `API servers of cluster {{ $labels.cluster }} need {{ $value | printf "%.1f" }} s for {{ $labels.verb }}`,
      description: `One in a hundred requests takes longer; ${limits.apiServerSeconds} s is the limit. Time in webhooks does not count. First: etcd's disk, then clients with many requests`,
    },
    {
      name: "ApiServerOverloaded",
      severity: "warning",
      expr: `${sumBy("", `rate(${of("apiserver_request_terminations_total")}[5m])`)} / (cluster:apiserver_requests:rate5m > 0) > ${limits.apiServerTerminatedRatio}`,
      for: "5m",
      summary: `API servers of cluster {{ $labels.cluster }} turn away {{ $value | humanizePercentage }} of requests`,
      description:
        "They protect themselves: clients are told to come later, or their requests time out. First: the client with the most requests (apiserver_flowcontrol_*)",
    },
  ],
};
