import {
  backendName,
  type Cell,
  checksum,
  CONFIG_HASH_ANNOTATION,
  type EnforcedLimits,
  fromYaml,
  HUB_NAMESPACE,
  HUB_TENANT,
  type HubModel,
  limitDifferences,
  type Store,
  storesOf,
  type TenantLimits,
} from "@heliograph/heliograph/model";
import { inBatches } from "../../../promises";
import { Failure } from "../../../ui/failure";
import { plural } from "../../../ui/text";
import { failed, passed, pending, warning, type Check } from "../check";
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
    next: upOf,
    async run(hub) {
      const found = await Promise.all(model.cells.map((cell) => limitsOfCell(hub, cell)));
      const differences = found.flatMap((each) => each.differences);
      const lines = differences.map(({ line }) => line).join("; ");
      const notDeployed = [...new Set(found.flatMap((each) => each.notDeployed))];
      const stale = `Pulumi.${hub.stack}.yaml has not been brought up`;
      if (differences.some(({ from }) => from === "update"))
        return fileIsNewer
          ? warning("not brought up", `${stale}: ${lines}`)
          : failed(`${stale}: ${lines}`);
      // Kubelet brings a changed ConfigMap into the pod within two minutes, and backends read it
      // every 10 s.
      const [first] = differences;
      if (first) return pending(lines, first.from === "pod" ? first.next : undefined);
      if (notDeployed.length > 0)
        return warning("not brought up", `${stale}: ${notDeployed.join("; ")}`);
      const tenants = plural(hub.tenants.length, "tenant");
      return passed(tenants, `every pod has the limits and retention of ${tenants}`);
    },
  };
}

const upOf = ({ stack }: HubView) => `npm run up -- ${stack}`;

/** A limit that some pod does not have. */
interface LimitDifference {
  readonly line: string;
  /**
   * Where it comes from: the last update deployed another limit; a pod does not run the file that
   * was deployed; or one of both, where there is no file.
   */
  readonly from: "update" | "pod" | "either";
  /** A command that shows why a pod does not run the file. */
  readonly next: string;
}

/** How the limits of a cell differ from what the stack file means. */
interface LimitsFound {
  readonly differences: readonly LimitDifference[];
  /** Tenants and signals that the last update did not have, or had and the file has no more. */
  readonly notDeployed: readonly string[];
}

export async function limitsOfCell(hub: HubView, cell: Cell): Promise<LimitsFound> {
  const found = await Promise.all(storesOf(cell).map((store) => limitsOfStore(hub, cell, store)));
  const labelled = (line: string) => `cell ${cell.name}: ${line}`;
  return {
    differences: found.flatMap(({ differences }) =>
      differences.map((each) => ({ ...each, line: labelled(each.line) })),
    ),
    notDeployed: found.flatMap(({ notDeployed }) => notDeployed.map(labelled)),
  };
}

async function limitsOfStore(hub: HubView, cell: Cell, store: Store): Promise<LimitsFound> {
  const { backend, signal } = store;
  const { title } = backend;
  const next = backendCommand(hub, cell.name, signal, "logs --tail 20");
  const deployed = hub.backend(cell.name, signal);
  if (deployed.name !== backend.name) {
    const line = `${signal} should be stored by ${title}, are stored by ${deployed.title}`;
    return { differences: [{ line, from: "update", next }], notDeployed: [] };
  }
  const text = await runtimeFile(hub, cell.name, store);
  if (text === undefined) return { differences: [], notDeployed: [`${title} is not deployed`] };
  const file = fromYaml(text);
  const sending = Object.values(hub.contract.edges).flatMap((edge) =>
    edge.cell === cell.name ? [edge.tenant] : [],
  );
  const found = backend.limits(store, cell).map(async (enforced) => {
    const tenants = Object.keys(enforced.byTenant);
    const inFile = enforced.together ? undefined : limitsIn(file, tenants);
    const shown = await limitsOfPods(hub, cell.name, store, enforced);
    const inPods = enforced.together ? shown.flatMap((each) => Object.keys(each.byTenant)) : [];
    const known = new Set([HUB_TENANT, ...sending, ...Object.keys(inFile ?? {}), ...inPods]);
    const { lines, intended, notDeployed } = compare(enforced, shown, known);
    const own = inFile && only(inFile, Object.keys(intended));
    const sameInFile = own && limitDifferences(intended, own).length === 0;
    const from = enforced.together ? "either" : sameInFile ? "pod" : "update";
    return {
      differences: lines.map((line) => ({ line: `${title}: ${line}`, from, next }) as const),
      notDeployed,
    };
  });
  const all = await Promise.all(found);
  return {
    differences: all.flatMap(({ differences }) => differences),
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
  { byTenant }: EnforcedLimits,
  shown: readonly ShownLimits[],
  deployed: ReadonlySet<string>,
) {
  const running = new Set(shown.flatMap((each) => Object.keys(each.byTenant)));
  const missing = Object.keys(byTenant).filter((id) => !deployed.has(id));
  const surplus = [...running].filter((id) => !(id in byTenant) && deployed.has(id));
  const intended = without(byTenant, missing);
  const podsByLine = new Map<string, string[]>();
  for (const { pod, byTenant: own } of shown)
    for (const line of limitDifferences(intended, without(own, [...missing, ...surplus])))
      podsByLine.set(line, [...(podsByLine.get(line) ?? []), pod]);
  return {
    intended,
    lines: [...podsByLine].map(([line, pods]) =>
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

function only(byTenant: TenantLimits, ids: readonly string[]): TenantLimits {
  return Object.fromEntries(Object.entries(byTenant).filter(([id]) => ids.includes(id)));
}

/** Limits by tenant, wherever a file has them. */
function limitsIn(file: unknown, tenants: readonly string[]): TenantLimits | undefined {
  if (typeof file !== "object" || file === null) return undefined;
  if (tenants.some((id) => id in file)) return file as TenantLimits;
  return Object.values(file)
    .map((inner) => limitsIn(inner, tenants))
    .find((found) => found !== undefined);
}
