import type { Cluster, ClusterName } from "../clusters/topology.js";
import { tryRun } from "../host/run.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { parseConnections, type Connection } from "./flows/connections.js";
import {
  admitting,
  describeRule,
  isGoverned,
  rulesOf,
  type Direction,
  type Pod,
  type Policy,
  type Rule,
} from "./flows/rules.js";

/**
 * Everything regular comes by in this time: scrapes each 15 s, queries of the demo's load, names
 * that are looked up again.
 */
const watchSeconds = 75;

/** Rules that nothing in the lab makes use of, and why they stay. */
const exceptions: readonly {
  readonly rule: RegExp;
  readonly cluster?: ClusterName;
  readonly why: string;
}[] = [
  {
    rule: /egress TCP 53 kube-dns$/,
    why: "names are asked for by TCP where an answer is too long for UDP: none is here",
  },
  { rule: /\/object-store-bucket egress/, why: "the bucket was made before the watch began" },
  {
    rule: /heliograph\/prometheus-agent (in|e)gress TCP 9090 prometheus-agent$/,
    why: "what a lone agent sends to itself never leaves its pod; those of a pair scrape each other",
  },
  {
    rule: /heliograph-hub\/(mimir|loki|tempo)-\w+ egress UDP 53/,
    why: "the lab's object store is an address, not a name",
  },
  {
    rule: /heliograph-hub\/grafana (in|e)gress|ingress TCP \d+ grafana$/,
    why: "Grafana cannot be built here: it has no pods, and verify asks what it would ask",
  },
  {
    rule: /otel-agent ingress TCP 4317|otel-(agent egress|gateway ingress) TCP 4317|otel-gateway egress/,
    cluster: "ops",
    why: "nothing in the hub's cluster sends traces",
  },
];

export const flows: Scenario = {
  name: "flows",
  summary:
    "network policies against the connections that are seen: none without a rule, no rule without one",
  needs: "deployment",
  async run(lab) {
    // A starting gateway looks up where it passes on to; a running one never again.
    const restarted = [
      "delete",
      "pod",
      "--selector=app.kubernetes.io/name=gateway",
      "--namespace=heliograph-hub",
      "--wait=false",
    ];
    const watched = lab.clusters.map((cluster) => watch(lab, cluster));
    await lab.kubectl("ops", restarted.concat("--field-selector=status.phase=Running"));
    const seen = await Promise.all(watched);
    await lab.kubectl("ops", [
      "rollout",
      "status",
      "deployment/gateway",
      "--namespace=heliograph-hub",
      "--timeout=180s",
    ]);
    seen.forEach((sight) => checkCluster(lab, sight));
  },
};

interface Sight {
  readonly cluster: Cluster;
  readonly policies: readonly Policy[];
  readonly pods: readonly Pod[];
  readonly connections: readonly Connection[];
}

async function watch(lab: ScenarioContext, cluster: Cluster): Promise<Sight> {
  const before = await podsOf(lab, cluster.name);
  const inside = ["nsenter", `--net=/run/netns/${cluster.namespace}`, "--"] as const;
  const conntrack = (...args: string[]) => {
    const [command, ...rest] = [...inside, "conntrack", ...args];
    return tryRun(command, rest, { signal: lab.signal });
  };
  // It ends by the signal of `timeout`, so its exit code says nothing.
  const [command, ...rest] = [
    ...inside,
    "timeout",
    String(watchSeconds),
    "conntrack",
    "--event",
    "--event-mask",
    "NEW",
    "--buffer-size",
    "8388608",
  ];
  lab.log(`${cluster.name}: watching its connections for ${watchSeconds} s`);
  const events = await tryRun(command, rest, { signal: lab.signal });
  // Connections that were open all the time began before.
  const open = await conntrack("--dump");
  const { items } = JSON.parse(
    await lab.kubectl(cluster.name, [
      "get",
      "networkpolicies",
      "--all-namespaces",
      "--output=json",
    ]),
  ) as { items: Policy[] };
  return {
    cluster,
    policies: items,
    pods: [...before, ...(await podsOf(lab, cluster.name))],
    connections: parseConnections(`${events.stdout}\n${open.stdout}`),
  };
}

async function podsOf(lab: ScenarioContext, cluster: ClusterName): Promise<Pod[]> {
  const { items } = JSON.parse(
    await lab.kubectl(cluster, ["get", "pods", "--all-namespaces", "--output=json"]),
  ) as {
    items: {
      metadata: { name: string; namespace: string; labels?: Record<string, string> };
      spec: { hostNetwork?: boolean };
      status: { phase: string; podIP?: string };
    }[];
  };
  return items.flatMap(
    ({ metadata: { name, namespace, labels = {} }, spec, status: { phase, podIP } }) =>
      phase === "Running" && podIP && !spec.hostNetwork
        ? [{ name, namespace, labels, address: podIP }]
        : [],
  );
}

function checkCluster(lab: ScenarioContext, { cluster, policies, pods, connections }: Sight): void {
  const byAddress = new Map(pods.map((pod) => [pod.address, pod]));
  const podAt = (address: string) => byAddress.get(address);
  const rules = rulesOf(policies);
  const used = new Set<Rule>();
  const refused: string[] = [];
  let governed = 0;
  const ends = (["egress", "ingress"] as const).map((direction) => ({
    direction,
    at: endOf(direction),
  }));
  for (const connection of connections.filter((each) => !isOver(cluster, each, podAt))) {
    for (const { direction, at } of ends) {
      const pod = podAt(at(connection));
      if (!pod || !isGoverned(pod, direction, policies)) continue;
      // Probes: policies never keep a node out of its own pods.
      if (direction === "ingress" && isNode(cluster, connection.source)) continue;
      governed += 1;
      const by = admitting(rules, direction, connection, podAt);
      by.forEach((rule) => used.add(rule));
      if (by.length === 0) refused.push(`${direction}: ${describe(connection, podAt)}`);
    }
  }
  const unused = rules.filter((rule) => !used.has(rule)).map(describeRule);
  const exceptionOf = (text: string) =>
    exceptions.find(
      ({ rule, cluster: only = cluster.name }) => only === cluster.name && rule.test(text),
    );
  const unexplained = unused.filter((text) => !exceptionOf(text));
  const counts = `${governed} governed ends of ${connections.length} connections, ${rules.length} rules`;
  lab.check(
    `${cluster.name}: no connection without a rule`,
    governed > 0 && refused.length === 0,
    [counts, ...refused].join("; "),
  );
  lab.check(
    `${cluster.name}: no rule without a connection`,
    unexplained.length === 0,
    unexplained.join("; "),
  );
  const reasons = new Set(unused.flatMap((text) => exceptionOf(text)?.why ?? []));
  for (const why of reasons) {
    const stay = unused.filter((text) => exceptionOf(text)?.why === why);
    lab.log(`not seen, and stay (${why}): ${stay.join(", ")}`);
  }
}

function endOf(direction: Direction): (connection: Connection) => string {
  return direction === "egress" ? ({ source }) => source : ({ destination }) => destination;
}

/**
 * The packet filter remembers for days what it was not told the end of: connections with a pod that
 * is no more.
 */
function isOver(
  { podSubnet }: Cluster,
  { source, destination }: Connection,
  podAt: (address: string) => Pod | undefined,
): boolean {
  const network = podSubnet.replace(/0\/\d+$/, "");
  const isGone = (address: string) =>
    address.startsWith(network) && address !== `${network}1` && !podAt(address);
  return isGone(source) || isGone(destination);
}

/** A node meets its pods as itself, or as the gateway of their network. */
function isNode({ address, podSubnet }: Cluster, source: string): boolean {
  return source === address || source === podSubnet.replace(/0\/\d+$/, "1");
}

function describe(
  { protocol, source, destination, port }: Connection,
  podAt: (address: string) => Pod | undefined,
) {
  const name = (address: string) => {
    const pod = podAt(address);
    return pod ? `${pod.namespace}/${pod.name}` : address;
  };
  return `${name(source)} -> ${name(destination)}, ${protocol} ${port}`;
}
