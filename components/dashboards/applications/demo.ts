import type { Dashboard } from "../kit/dashboard";
import { drill, graph, stat } from "../kit/panels";
import { scope, variablesOf } from "../kit/scope";
import { clusterQueries, rate } from "../kubernetes/metrics";

const by = scope("tenant", "environment", "region", "cluster", "namespace");
const { range, now, series } = by;
const { cpu, memory } = clusterQueries(by);
const SERVERS = "cluster, namespace, job";
const LEGEND = "{{cluster}} {{namespace}} {{job}}";
const LINKS = [
  drill("Namespace", "namespace", "cluster", "namespace"),
  drill("Logs", "logs", "cluster", "namespace"),
];
const needs = "demo";

/** NGINX as nginx-prometheus-exporter counts it: what the demo deploys, and any other like it. */
export const NGINX: Dashboard = {
  name: "nginx",
  title: "NGINX",
  description: "Requests and connections of NGINX, over HTTP and HTTPS, such as the demo's",
  folder: "Applications",
  audience: "everyone",
  needs,
  variables: variablesOf(by, "nginx_up"),
  related: ["applications", "logs", "traces", "namespace"],
  rows: {
    NGINX: {
      up: stat(
        "Servers that answer",
        "short",
        "Servers whose status page answers the exporter.",
        now(`sum(${series("nginx_up")})`, "servers"),
        { width: 6, links: LINKS },
      ),
      requestsNow: stat(
        "Requests",
        "reqps",
        "Requests a second, all together.",
        now(`sum(${rate(series("nginx_http_requests_total"))})`, "requests"),
        { width: 6, links: LINKS },
      ),
      active: stat(
        "Connections",
        "short",
        "Connections that are open.",
        now(`sum(${series("nginx_connections_active")})`, "connections"),
        { width: 6, links: LINKS },
      ),
      lost: stat(
        "Connections lost",
        "cps",
        "Connections that were accepted and not served: too few workers or files.",
        now(
          `sum(${rate(series("nginx_connections_accepted"))} - ${rate(series("nginx_connections_handled"))})`,
          "lost",
        ),
        { width: 6, thresholds: { warning: 0.01 }, links: LINKS },
      ),
      requests: graph(
        "Requests by server",
        "reqps",
        "Requests that each server answers.",
        range(`sum by (${SERVERS}) (${rate(series("nginx_http_requests_total"))})`, LEGEND),
        { links: LINKS },
      ),
      connections: graph(
        "Connections by state",
        "short",
        "Connections that are read from, written to, and kept open for the next request.",
        [
          range(
            `sum by (${SERVERS}) (${series("nginx_connections_reading")})`,
            `${LEGEND} reading`,
          ),
          range(
            `sum by (${SERVERS}) (${series("nginx_connections_writing")})`,
            `${LEGEND} writing`,
          ),
          range(
            `sum by (${SERVERS}) (${series("nginx_connections_waiting")})`,
            `${LEGEND} waiting`,
          ),
        ],
        { links: LINKS },
      ),
      cpu: graph(
        "CPU of its namespace",
        "short",
        "Cores that containers of the chosen namespaces use.",
        range(`sum by (cluster, namespace, pod) (${cpu})`, "{{cluster}} {{pod}}"),
        { links: [drill("Pod", "pod", "cluster", "namespace", "pod")] },
      ),
      memory: graph(
        "Memory of its namespace",
        "bytes",
        "Working set of containers of the chosen namespaces.",
        range(`sum by (cluster, namespace, pod) (${memory})`, "{{cluster}} {{pod}}"),
        { links: [drill("Pod", "pod", "cluster", "namespace", "pod")] },
      ),
    },
  },
};
