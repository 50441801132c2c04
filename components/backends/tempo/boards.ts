import { TRACE_METRICS } from "../../contract/names";
import { BY_SERVICE as by, errorShare, quantile, red } from "../../dashboards/applications/spans";
import type { Dashboard, Query } from "../../dashboards/kit/dashboard";
import { graph, nodes, table } from "../../dashboards/kit/panels";
import { variablesOf } from "../../dashboards/kit/scope";

const { range } = by;
const counts = red(by);

const RESOURCE = {
  tenant: "resource.tenant_id",
  environment: "resource.environment",
  region: "resource.region",
  cluster: "resource.cluster",
  namespace: "resource.k8s.namespace.name",
  service: "resource.service.name",
} as const;

/** Traces with such spans within the variables. */
function search(legend: string, condition: string): Query {
  const matchers = Object.entries(RESOURCE).map(([name, label]) => `${label}=~"$${name}"`);
  const text = `{ ${[...matchers, condition].join(" && ")} }`;
  const query = { queryType: "traceql", query: text, limit: 50, tableType: "traces", filters: [] };
  return {
    signal: "traces",
    text,
    legend,
    filters: RESOURCE,
    plugin: { type: "tempo", query },
  };
}

/** The plug-in asks the data source of metrics for what it draws. */
const SERVICE_MAP: Query = {
  signal: "traces",
  text: '{ resource.tenant_id=~"$tenant" && resource.cluster=~"$cluster" }',
  legend: "services",
  filters: { tenant: RESOURCE.tenant, cluster: RESOURCE.cluster },
  plugin: {
    type: "tempo",
    query: {
      queryType: "serviceMap",
      serviceMapQuery: '{tenant_id=~"$tenant",cluster=~"$cluster"}',
      filters: [],
    },
  },
};

const SERVICES = "cluster, service_name";
const LEGEND = "{{cluster}} {{service_name}}";
const TO_APPLICATIONS = {
  title: "Applications",
  to: "applications",
  set: { cluster: "cluster", service: "service_name" },
};

/** Traces that are worth a look, and the services that they come from. */
export const TRACES: Dashboard = {
  name: "traces",
  title: "Traces",
  description: "Slow and failed traces, and the services that they come from",
  folder: "Logs and traces",
  audience: "everyone",
  variables: variablesOf(by, TRACE_METRICS.calls),
  related: ["applications", "logs", "clusters"],
  rows: {
    Services: {
      requests: graph(
        "Requests by service",
        "reqps",
        "Requests that services answer, counted of all spans before they are sampled.",
        range(`sum by (${SERVICES}) (${counts.requests})`, LEGEND),
        { width: 8, links: [TO_APPLICATIONS] },
      ),
      errors: graph(
        "Errors by service",
        "percentunit",
        "Part of each service's requests that failed.",
        range(errorShare(SERVICES, counts), LEGEND),
        { width: 8, links: [TO_APPLICATIONS], thresholds: { warning: 0.01, critical: 0.05 } },
      ),
      durations: graph(
        "Duration by service (99 %)",
        "s",
        "99 of 100 requests take less. Points are exemplars: a click leads to the trace.",
        range(quantile(0.99, SERVICES, counts.durations), LEGEND, { exemplars: true }),
        { width: 8, links: [TO_APPLICATIONS] },
      ),
    },
    "Traces that failed": {
      failed: table(
        "Failed traces",
        "ms",
        "Traces with a span that failed. All of them are kept, however traces are sampled.",
        search("failed", "status=error"),
      ),
    },
    "Traces that are slow": {
      slow: table(
        "Slow traces",
        "ms",
        "Traces with a span of more than a second.",
        search("slow", "duration>1s"),
      ),
    },
    "Any traces": {
      newest: table(
        "Newest traces",
        "ms",
        "The newest traces of the chosen services.",
        search("newest", "kind=server"),
      ),
    },
    "Who calls whom": {
      map: nodes(
        "Service graph",
        "none",
        "Services and their calls. Numbers in a circle: duration and calls; its red part: errors.",
        SERVICE_MAP,
        { needs: "traces.tier: gateway" },
      ),
    },
  },
};
