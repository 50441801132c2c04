import { isDeepStrictEqual } from "node:util";
import {
  backendName,
  HUB_NAMESPACE,
  HUB_TENANT,
  type HubContract,
  type HubContractEdge,
  RULES_INFO,
  type MetricsReader,
  type AlertLabels,
  type RunningRules,
} from "@heliograph/heliograph/model";
import type { HubSection } from "../../../../config/hub-schema";
import { factsOf } from "../../../../stacks/inventory";
import { plural } from "../../../ui/text";
import { type Check, failed, passed, pending, warning, withFacts } from "../check";
import type { Alert } from "../facts";
import {
  gatewayCommand,
  gatewayTls,
  globalQueryCommand,
  type HubView,
  backendCommand,
} from "../hub";
import { request } from "../../../cluster/http";
import { kubernetesOf } from "./agents";
import { daysLeft, thresholdsOf } from "./identity";
import { gatewayComparison, intendedHash } from "./running-config";

/** The part of a hub's section that its inventory is made of. */
type Wanted = Pick<HubSection, "cells" | "tenants" | "edges">;

/** `wanted`: as the stack file has it. */
export function inventory(wanted: Wanted): Check<HubView> {
  return {
    name: "inventory",
    proves: "the inventory in the stack file is the one that is deployed",
    next: ({ stack }) => `npm run up -- ${stack}`,
    async run({ stack, contract }) {
      const differences = inventoryDifferences(wanted, contract.edges);
      if (differences.length > 0)
        return failed(`Pulumi.${stack}.yaml has not been brought up: ${differences.join("; ")}`);
      const edges = plural(Object.keys(contract.edges).length, "edge");
      return passed(edges, `${edges}, deployed as in Pulumi.${stack}.yaml`);
    },
  };
}

/** One line for each edge whose entry in the stack file is not what the hub was deployed with. */
export function inventoryDifferences(file: Wanted, deployed: HubContract["edges"]): string[] {
  const names = [...new Set([...Object.keys(file.edges), ...Object.keys(deployed)])].sort();
  return names.flatMap((name) => {
    const [wanted, found] = [file.edges[name], deployed[name]];
    if (!found) return [`${name} is not deployed yet`];
    if (!wanted) return [`${name} is deployed, but not in the file any more`];
    const fields = entryDifferences(file, wanted, found);
    return fields.length === 0 ? [] : [`${name} differs in ${fields.join(", ")}`];
  });
}

function entryDifferences(
  file: Wanted,
  wanted: Wanted["edges"][string],
  found: HubContractEdge,
): string[] {
  const facts = Object.entries(factsOf(file, wanted)).filter(
    ([field, value]) => !isDeepStrictEqual(found[field as keyof typeof found], value),
  );
  const revoked = wanted.revoked !== (found.state === "revoked");
  return [...facts.map(([field]) => field), ...(revoked ? ["revoked"] : [])];
}

export function gatewayPods(replicas: number): Check<HubView> {
  return {
    name: "gateway pods",
    proves: "as many pods of the gateway are ready as there should be",
    next: (hub) => gatewayCommand(hub, "describe pods"),
    async run(hub) {
      const [pods, kubernetes] = await Promise.all([hub.gateways(), kubernetesOf(hub.cluster)]);
      const ready = pods.length;
      const versions = { ...kubernetes, ...pods[0]?.versions };
      const facts = { ready, wanted: replicas, versions };
      if (ready < replicas)
        return withFacts(failed(`${ready} of ${plural(replicas, "pod")} ready`), facts);
      return passed(`${ready} ready`, `${ready} of ${replicas} ready`, facts);
    },
  };
}

export const gatewayCertificate: Check<HubView> = {
  name: "gateway certificate",
  proves:
    "every pod of the gateway shows a certificate for the name that edges know, " +
    "signed by the hub, and it lasts",
  next: ({ stack }) => `npm run up -- ${stack}`,
  async run(hub) {
    const tls = gatewayTls(hub);
    // Name and signature are checked while connecting, against the trust bundle that edges have.
    const pods = await hub.gateways();
    const answers = await Promise.all(
      pods.map(({ write }) => request({ ...write, tls, path: "/" })),
    );
    const days = answers.flatMap(({ serverCertificate }) =>
      serverCertificate ? [daysLeft(serverCertificate, new Date())] : [],
    );
    const fewest = Math.min(...days);
    const facts = { certificateDays: fewest };
    const { renewal, alarm } = thresholdsOf(hub.contract);
    if (fewest <= alarm)
      return withFacts(
        failed(`the certificate for ${tls.serverName} expires in ${fewest} days`),
        facts,
      );
    const detail = `for ${tls.serverName}, ${fewest} days left`;
    if (fewest >= renewal) return passed(`${fewest} days`, detail, facts);
    const renewed = warning(`${fewest} days`, `${detail}: the next update of the hub renews it`);
    return withFacts(renewed, facts);
  },
};

export const gatewayConfiguration: Check<HubView> = {
  name: "gateway configuration",
  proves: "every pod of the gateway runs the configuration that was deployed",
  next: (hub) => gatewayCommand(hub, "logs --container reloader --tail 20"),
  async run(hub) {
    const { intended, behind } = await gatewayComparison(hub);
    // Kubelet brings a changed ConfigMap into the pods within two minutes, and the reloader reads
    // it every 5 s.
    if (behind.length > 0) return pending(behind.join("; "));
    return passed(intended.slice(0, 8), `every pod runs ${intended}, as deployed`);
  },
};

/** It fires always: that it does not is worth a word, that it does is not. */
const WATCHDOG = "Watchdog";

export const rules: Check<HubView> = {
  name: "alerts",
  proves:
    "the rules that were deployed are evaluated in every cell, and nothing but the watchdog fires",
  next: (hub) => backendCommand(hub, hub.cells[0] ?? "main", "metrics", "logs --tail 20", "rules"),
  async run(hub) {
    const states = await Promise.all(
      hub.cells.map(async (cell) => ({ cell, ...(await rulesOf(hub, cell)) })),
    );
    // Kubelet brings a changed ConfigMap into the pod within two minutes, and the ruler reads it
    // every 15 s.
    const behind = states.flatMap(({ cell, hash, intended }) =>
      hash === intended
        ? []
        : [`cell ${cell}: rules ${hash ?? "of somebody else"}, deployed is ${intended}`],
    );
    if (behind.length > 0) return pending(behind.join("; "));
    const lacking = states.flatMap(({ cell, workloads }) =>
      workloads.behind.map((tenant) => `cell ${cell}, tenant ${tenant}`),
    );
    if (lacking.length > 0)
      return pending(`rules about workloads are not those deployed: ${lacking.join("; ")}`);
    const unhealthy = states.flatMap((state) => [...state.unhealthy, ...state.workloads.unhealthy]);
    const facts = { alerts: alertsOf(states) };
    if (unhealthy.length > 0)
      return withFacts(failed(`not evaluated: ${unhealthy.join("; ")}`), facts);
    const firing = states.flatMap((state) => state.firing);
    if (!states.every((state) => state.firing.some(({ alertname }) => alertname === WATCHDOG)))
      return pending("the watchdog does not fire: no evaluation yet");
    const alarms = [...new Set(firing.map(describe))].filter((alarm) => alarm !== WATCHDOG).sort();
    if (alarms.length > 0)
      return withFacts(
        warning(
          `${alarms.length} firing`,
          alarms.join("; "),
          "docs/runbooks.md says of each alert what to do",
        ),
        facts,
      );
    const count = plural(Math.max(...states.map(({ alerts }) => alerts)), "rule");
    return passed(count, `${count} evaluated, none fires`, facts);
  },
};

interface WorkloadRules {
  /** Tenants whose rules about workloads are not those deployed. */
  readonly behind: readonly string[];
  /** Rules that fail. */
  readonly unhealthy: readonly string[];
  readonly firing: readonly AlertLabels[];
}

interface CellRules extends RunningRules {
  /** Hash of those that were deployed. */
  readonly intended: string;
  readonly workloads: WorkloadRules;
}

/** The rules that are evaluated for a cell, and the hash of those that were deployed. */
async function rulesOf(hub: HubView, cell: string): Promise<CellRules> {
  const map = `${backendName(hub.architecture(cell, "metrics").name, cell)}-rules`;
  const reader = hub.metrics(cell, "rules");
  const [intended, running] = await Promise.all([
    intendedHash(hub.cluster, HUB_NAMESPACE, map),
    reader.then((asked) => asked.rules(HUB_TENANT)),
  ]);
  return {
    intended,
    ...running,
    workloads: await workloadRulesOf(hub, cell, await reader, running),
  };
}

/** Where they are not evaluated with the hub's own rules, each tenant has them for itself. */
async function workloadRulesOf(
  hub: HubView,
  cell: string,
  reader: MetricsReader,
  running: RunningRules,
): Promise<CellRules["workloads"]> {
  const { workloadRules, workloadHash, firingOnClusters: firing } = running;
  if (workloadRules === undefined) return { behind: [], unhealthy: [], firing };
  if (workloadHash !== undefined)
    return { behind: workloadHash === workloadRules ? [] : [HUB_TENANT], unhealthy: [], firing };
  const tenants = await Promise.all(
    hub.tenantsOf(cell).map(async (tenant) => ({ tenant, ...(await reader.rules(tenant)) })),
  );
  return {
    behind: tenants.flatMap((of) => (of.workloadHash === workloadRules ? [] : [of.tenant])),
    unhealthy: tenants.flatMap(({ tenant, unhealthy }) =>
      unhealthy.map((rule) => `${tenant}: ${rule}`),
    ),
    firing: [...firing, ...tenants.flatMap(({ firingOnClusters }) => firingOnClusters)],
  };
}

/** `EdgeSilent dev`: the alert, and what it is about. */
function describe(labels: AlertLabels): string {
  return [labels["alertname"], aboutOf(labels)].filter(Boolean).join(" ");
}

function aboutOf({ certificate, cluster, edge, pod, operation }: AlertLabels): string {
  return [certificate, cluster ?? edge ?? pod ?? operation].filter(Boolean).join(" ");
}

/** Every alert that fires, once, without the watchdog. */
function alertsOf(states: readonly (CellRules & { readonly cell: string })[]): Alert[] {
  const all = states.flatMap(({ cell, firing, workloads }) =>
    [...firing, ...workloads.firing].map((labels) => ({
      name: labels["alertname"] ?? "",
      about: aboutOf(labels),
      severity: labels["severity"],
      edge: labels["cluster"] ?? labels["edge"],
      cell,
    })),
  );
  const others = all.filter(({ name }) => name !== WATCHDOG);
  return [...new Map(others.map((alert) => [JSON.stringify(alert), alert])).values()];
}

/** For hubs that have one. */
export const cellsInQuery: Check<HubView> = {
  name: "global query",
  proves: "the global query is answered by every cell",
  next: (hub) => globalQueryCommand(hub, "logs --tail 20"),
  async run(hub) {
    const { query, endpoints } = await hub.globalQuery();
    // What every cell has, whoever sends to it: its rules.
    const answers = endpoints.cells.map(async (address) => ({
      address,
      ...(await query.number(address, `count(${RULES_INFO})`)),
    }));
    const missing = (await Promise.all(answers)).filter(({ value }) => value === undefined);
    if (missing.length > 0)
      return pending(
        missing
          .map(({ address, warnings }) => `${address}: ${warnings[0] ?? "has no data"}`)
          .join("; "),
      );
    const cells = plural(endpoints.cells.length, "cell");
    return passed(cells, `${cells} answered: ${endpoints.cells.join(", ")}`);
  },
};
