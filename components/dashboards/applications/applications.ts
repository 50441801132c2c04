import { TRACE_METRICS } from "../../contract/names";
import type { Dashboard } from "../kit/dashboard";
import { drill, graph, heatmap, stat, table } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { BY_SERVICE as by, errorShare, quantile, red } from "./spans";

const { range, now } = by;
const { requests, errors, durations } = red(by);
const counts = red(by);
const overall = red(by, "$__range");

const SERVICES = "cluster, k8s_namespace_name, service_name";
const LEGEND = "{{cluster}} {{service_name}}";
const toService = (title: string, to: string) => ({
  title,
  to,
  set: {
    cluster: "cluster",
    namespace: "k8s_namespace_name",
    service: "service_name",
  },
});
const TO_TRACES = toService("Traces", "traces");
const TO_NAMESPACE = {
  title: "Namespace",
  to: "namespace",
  set: { cluster: "cluster", namespace: "k8s_namespace_name" },
};
const LINKS = [TO_TRACES, TO_NAMESPACE];

/** Edges of the service graph have no service: they have a client and a server. */
const graphOf = scope("tenant", "environment", "region", "cluster");
const call = (metric: string) => `rate(${graphOf.series(metric)}[$__rate_interval])`;
const FAILED_CALLS = "traces_service_graph_request_failed_total";
const CALL_DURATIONS = "traces_service_graph_request_server_seconds_bucket";
const CALLS = "cluster, client, server";

/** Rate, errors and duration of services in all clusters, and who calls whom. */
export const APPLICATIONS: Dashboard = {
  name: "applications",
  title: "Applications",
  description: "Requests, errors and durations of services across clusters, and who calls whom",
  folder: "Applications",
  audience: "everyone",
  variables: variablesOf(by, TRACE_METRICS.calls),
  related: ["traces", "logs", "clusters", "environments"],
  rows: {
    "At a glance": {
      rate: stat(
        "Requests",
        "reqps",
        "Requests that services answer, all together.",
        now(`sum(${requests})`, "requests"),
        { width: 6, links: [drill("Traces", "traces")] },
      ),
      errorRate: stat(
        "Errors",
        "percentunit",
        "Part of the requests that failed.",
        now(`(sum(${errors}) or vector(0)) / (sum(${requests}) > 0)`, "errors"),
        { width: 6, thresholds: { warning: 0.01, critical: 0.05 } },
      ),
      p50: stat(
        "Half of the requests",
        "s",
        "Half of the requests take less.",
        now(`histogram_quantile(0.5, sum by (le) (${durations}))`, "50 %"),
        { width: 6 },
      ),
      p99: stat(
        "99 of 100 requests",
        "s",
        "99 of 100 requests take less.",
        now(`histogram_quantile(0.99, sum by (le) (${durations}))`, "99 %"),
        { width: 6 },
      ),
    },
    Services: {
      services: table(
        "Services",
        "reqps",
        "Requests, errors and durations of each service in each cluster, over the time range.",
        [
          now(`sum by (${SERVICES}) (${overall.requests})`, "requests"),
          now(errorShare(SERVICES, overall), "errors", {
            unit: "percentunit",
            thresholds: { warning: 0.01, critical: 0.05 },
          }),
          now(quantile(0.5, SERVICES, overall.durations), "50 %", { unit: "s" }),
          now(quantile(0.95, SERVICES, overall.durations), "95 %", { unit: "s" }),
          now(quantile(0.99, SERVICES, overall.durations), "99 %", { unit: "s" }),
        ],
        { links: LINKS },
      ),
      rateByService: graph(
        "Requests by service",
        "reqps",
        "Requests that each service answers.",
        range(`sum by (${SERVICES}) (${requests})`, LEGEND),
        { links: LINKS },
      ),
      errorsByService: graph(
        "Errors by service",
        "percentunit",
        "Part of each service's requests that failed.",
        range(errorShare(SERVICES, counts), LEGEND),
        { links: LINKS, thresholds: { warning: 0.01, critical: 0.05 } },
      ),
      p99ByService: graph(
        "Duration by service (99 %)",
        "s",
        "99 of 100 requests take less. Points are exemplars: a click leads to the trace.",
        range(quantile(0.99, SERVICES, durations), LEGEND, { exemplars: true }),
        { links: LINKS },
      ),
      durationMap: heatmap(
        "Durations",
        "s",
        "How many requests took how long.",
        range(`sum by (le) (${durations})`, "{{le}}"),
      ),
    },
    "Cluster beside cluster": {
      rateByCluster: graph(
        "Requests by cluster",
        "reqps",
        "Requests of the chosen services, cluster beside cluster.",
        range(`sum by (cluster) (${requests})`, "{{cluster}}"),
        { links: [drill("Cluster", "cluster", "cluster")] },
      ),
      errorsByCluster: graph(
        "Errors by cluster",
        "percentunit",
        "Part of the requests that failed, cluster beside cluster.",
        range(errorShare("cluster", counts), "{{cluster}}"),
        { links: [drill("Cluster", "cluster", "cluster")], thresholds: { warning: 0.01 } },
      ),
      p95ByCluster: graph(
        "Duration by cluster (95 %)",
        "s",
        "95 of 100 requests take less.",
        range(quantile(0.95, "cluster", durations), "{{cluster}}", { exemplars: true }),
        { links: [drill("Cluster", "cluster", "cluster")] },
      ),
      p99ByCluster: graph(
        "Duration by cluster (99 %)",
        "s",
        "99 of 100 requests take less.",
        range(quantile(0.99, "cluster", durations), "{{cluster}}", { exemplars: true }),
        { links: [drill("Cluster", "cluster", "cluster")] },
      ),
    },
    "Who calls whom": {
      calls: table(
        "Calls",
        "reqps",
        "Calls from one service to another. `user`: from outside; `unknown`: nothing says who.",
        [
          graphOf.now(`sum by (${CALLS}) (${call(TRACE_METRICS.serviceGraph)})`, "calls"),
          graphOf.now(`sum by (${CALLS}) (${call(FAILED_CALLS)})`, "failed"),
          graphOf.now(quantile(0.95, CALLS, call(CALL_DURATIONS)), "95 %", { unit: "s" }),
        ],
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.tier: gateway" },
      ),
      callRate: graph(
        "Calls over time",
        "reqps",
        "Calls from one service to another.",
        graphOf.range(
          `sum by (${CALLS}) (${call(TRACE_METRICS.serviceGraph)})`,
          "{{cluster}} {{client}} to {{server}}",
        ),
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.tier: gateway" },
      ),
      callErrors: graph(
        "Failed calls over time",
        "reqps",
        "Calls that failed.",
        graphOf.range(
          `sum by (${CALLS}) (${call(FAILED_CALLS)})`,
          "{{cluster}} {{client}} to {{server}}",
        ),
        { links: [drill("Traces", "traces", "cluster")], needs: "traces.tier: gateway" },
      ),
    },
  },
};
