import { fromYaml } from "../../../../../components/kit/yaml";
import type { EnforcedLimits, TenantLimits } from "../../../../../components/backends/backend";
import { limitDifferences } from "../../../../../components/backends/kit/runtime-limits";
import { HUB_TENANT } from "../../../../../components/contract/names";
import { HUB_NAMESPACE } from "../../../../../components/contract/places";
import {
  storesOf,
  type Cell,
  type HubModel,
  type Store,
} from "../../../../../components/hub/model";
import { backendName } from "../../../../../components/in-force";
import { checksum } from "../../../../../components/kit/checksum";
import { CONFIG_HASH_ANNOTATION } from "../../../../../components/kit/labels";
import { inBatches } from "../../../promises";
import { Failure } from "../../../ui/failure";
import { plural } from "../../../ui/text";
import { passed, pending, warning, type Check } from "../check";
import { backendCommand, type HubView } from "../hub";

/** Pods that are asked side by side. */
const SIDE_BY_SIDE = 8;

/**
 * @param model The hub as its stack file means it.
 * @param fileIsNewer Whether the stack file is known to be newer than what is deployed.
 */
export function limits(model: HubModel, fileIsNewer: boolean): Check<HubView> {
  return {
    name: "limits",
    proves: "every pod that enforces limits or retention has those that the stack file means",
    next: (hub) => {
      const [cell] = hub.cells;
      const logs = backendCommand(hub, cell ?? "main", "metrics", "logs --tail 20");
      return `npm run up -- ${hub.stack}; where that changes nothing: ${logs}`;
    },
    async run(hub) {
      const found = await Promise.all(model.cells.map((cell) => limitsOfCell(hub, cell)));
      const behind = found.flatMap((each) => each.behind);
      const notDeployed = [...new Set(found.flatMap((each) => each.notDeployed))];
      const stale = `Pulumi.${hub.stack}.yaml has not been brought up`;
      if (behind.length > 0 && fileIsNewer)
        return warning("not brought up", `${stale}: ${behind.join("; ")}`, upOf(hub));
      // Kubelet brings a changed ConfigMap into the pod within a minute or two, and backends look
      // every 10 s.
      if (behind.length > 0) return pending(behind.join("; "));
      if (notDeployed.length > 0)
        return warning("not brought up", `${stale}: ${notDeployed.join("; ")}`, upOf(hub));
      const tenants = plural(hub.tenants.length, "tenant");
      return passed(tenants, `every pod has the limits and retention of ${tenants}`);
    },
  };
}

const upOf = ({ stack }: HubView) => `npm run up -- ${stack}`;

/** How the limits of a cell differ from what the stack file means. */
export interface LimitsFound {
  /** One line for each limit that some pod does not have. */
  readonly behind: readonly string[];
  /** Tenants and signals that the last update did not have, or had and the file has no more. */
  readonly notDeployed: readonly string[];
}

export async function limitsOfCell(hub: HubView, cell: Cell): Promise<LimitsFound> {
  const found = await Promise.all(storesOf(cell).map((store) => limitsOfStore(hub, cell, store)));
  const labelled = (lines: readonly string[]) => lines.map((line) => `cell ${cell.name}: ${line}`);
  return {
    behind: labelled(found.flatMap(({ behind }) => behind)),
    notDeployed: labelled(found.flatMap(({ notDeployed }) => notDeployed)),
  };
}

async function limitsOfStore(hub: HubView, cell: Cell, store: Store): Promise<LimitsFound> {
  const { backend, signal } = store;
  const { title } = backend;
  const deployed = hub.backend(cell.name, signal);
  if (deployed.name !== backend.name) {
    const line = `${signal} should be stored by ${title}, are stored by ${deployed.title}`;
    return { behind: [line], notDeployed: [] };
  }
  const file = await runtimeFile(hub, cell.name, store);
  if (file === undefined) return { behind: [], notDeployed: [`${title} is not deployed`] };
  const deployedTenants = new Set([
    HUB_TENANT,
    ...keysIn(fromYaml(file)),
    ...Object.values(hub.contract.edges).flatMap((edge) =>
      edge.cell === cell.name ? [edge.tenant] : [],
    ),
  ]);
  const found = backend.limits(store, cell).map(async (enforced) => {
    const shown = await limitsOfPods(hub, cell.name, store, enforced);
    return compare(enforced, shown, deployedTenants);
  });
  const all = await Promise.all(found);
  return {
    behind: all.flatMap(({ behind }) => behind.map((line) => `${title}: ${line}`)),
    notDeployed: all.flatMap(({ notDeployed }) => notDeployed),
  };
}

/**
 * The file of limits that was deployed; undefined where the stack file has a backend that nobody
 * uses yet, and that is not there.
 *
 * @throws Failure where somebody changed it by hand, or where it is gone.
 */
async function runtimeFile(
  hub: HubView,
  cell: string,
  { backend, signal }: Store,
): Promise<string | undefined> {
  const name = `${backendName(backend.name, cell)}-runtime`;
  const map = await hub.cluster.configMap(HUB_NAMESPACE, name);
  const text = Object.values(map?.data ?? {})[0];
  if (text === undefined) {
    if (!hub.stores(cell, signal)) return undefined;
    throw new Failure(`there is no ConfigMap ${HUB_NAMESPACE}/${name}`, upOf(hub));
  }
  // Backends follow it whoever changes it, and Pulumi does not look.
  if (map?.metadata?.annotations?.[CONFIG_HASH_ANNOTATION] !== checksum(text))
    throw new Failure(
      `ConfigMap ${HUB_NAMESPACE}/${name} is not what was deployed`,
      `pulumi refresh --stack ${hub.stack} && npm run up -- ${hub.stack}`,
    );
  return text;
}

interface ShownLimits {
  readonly pod: string;
  readonly byTenant: TenantLimits;
}

/** Asks every pod of every component that enforces the limits. */
async function limitsOfPods(
  hub: HubView,
  cell: string,
  { signal }: Store,
  { components, together, byTenant, read }: EnforcedLimits,
): Promise<ShownLimits[]> {
  const pods = await hub.pods(cell, signal, components);
  const tenants = Object.keys(byTenant);
  const shown = await inBatches(pods, SIDE_BY_SIDE, async ({ pod, ask }) => ({
    pod,
    byTenant: await read(ask, tenants),
  }));
  if (!together) return shown;
  const merged = shown.map((each) => each.byTenant);
  return [{ pod: "all", byTenant: Object.assign({}, ...merged) as TenantLimits }];
}

/** `deployed`: tenants that the last update had. */
function compare(
  { together, byTenant }: EnforcedLimits,
  shown: readonly ShownLimits[],
  deployed: ReadonlySet<string>,
): LimitsFound {
  const running = new Set(shown.flatMap((each) => Object.keys(each.byTenant)));
  const missing = Object.keys(byTenant).filter(
    (id) => !deployed.has(id) && !(together && running.has(id)),
  );
  const surplus = [...running].filter((id) => !(id in byTenant) && deployed.has(id));
  const intended = without(byTenant, missing);
  const podsByLine = new Map<string, string[]>();
  for (const { pod, byTenant: own } of shown)
    for (const line of limitDifferences(intended, without(own, [...missing, ...surplus])))
      podsByLine.set(line, [...(podsByLine.get(line) ?? []), pod]);
  return {
    behind: [...podsByLine].map(([line, pods]) =>
      pods.length === shown.length ? line : `${line} (${pods.join(", ")})`,
    ),
    notDeployed: [
      ...missing.map((id) => `tenant ${id} is not deployed yet`),
      ...surplus.map((id) => `tenant ${id} is deployed, and not in the file any more`),
    ],
  };
}

function without(byTenant: TenantLimits, ids: readonly string[]): TenantLimits {
  return Object.fromEntries(Object.entries(byTenant).filter(([id]) => !ids.includes(id)));
}

/** Every key in a file, however deep: tenants are among them. */
function keysIn(value: unknown): Set<string> {
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)]));
}
