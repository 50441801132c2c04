import type { Role } from "../../kit/labels";
import { microservicesRole, rulerRole, singleRole } from "./roles";

/** How a backend runs. */
export const BackendTopology = {
  /** As one process, with one copy of the data that is not in the bucket yet. */
  single: "single",
  /** Each microservice component in pods of its own, with three copies of that data. */
  microservices: "microservices",
} as const;
export type BackendTopology = (typeof BackendTopology)[keyof typeof BackendTopology];

export interface WritePort {
  readonly name: string;
  readonly port: number;
  readonly appProtocol: "http" | "grpc";
}

/**
 * The header by which every backend knows whose data is meant; of several tenants for a query, as
 * `a|b`.
 */
export const TENANT_HEADER = "X-Scope-OrgID";

/** What a backend is to those who run it: one row for each. */
export interface Architecture<Component extends string = string> {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Where writes arrive, if not at `httpPort`. */
  readonly writePorts?: readonly WritePort[];
  /**
   * What it consists of; as microservices each runs in pods of its own. The names are upstream's,
   * and the values of its flag `-target`.
   */
  readonly components: readonly Component[];
  /**
   * Who answers whom. In `single` one process answers everything. `allReads`: queries over several
   * tenants, where somebody else answers those. Rules that no component evaluates are evaluated
   * beside it.
   */
  readonly answers: Readonly<Record<"writes" | "reads", Component>> &
    Readonly<Partial<Record<"allReads" | "rules", Component>>>;
  /**
   * Those with a disk. An ingester's holds what is not in the bucket yet, the others' what can be
   * fetched or made again.
   */
  readonly stateful: readonly Component[];
  /** Those of which everything is kept by several, in zones apart where there are zones. */
  readonly replicated: readonly Component[];
  /** Those that would undo each other's work: there is one. */
  readonly alone?: readonly Component[];
  /** Who calls whom, and why; over gRPC where no port is said. */
  readonly calls: readonly (readonly [
    from: Component,
    to: Component,
    why: string,
    port?: number,
  ])[];
  readonly usesStore: readonly Component[];
  readonly usesCaches: readonly Component[];
  /**
   * Those that others find by the names of their pods. Undefined: all find each other by gossip. A
   * backend that has them runs each component in pods of its own, as `single` too.
   */
  readonly foundByName?: readonly Component[];
  /** Where a pod says that it is ready. Defaults to `/ready`. */
  readonly readyPath?: string;
}

/** In every backend: holds what is not in the bucket yet. */
export const INGESTER = "ingester";

/** Where microservices tell each other who is there. */
export const GOSSIP_PORT = 7946;

export const MEMCACHED_PORT = 11_211;

/**
 * What a pod of microservices fills into the file they share: backends expand `${...}` from the
 * environment.
 */
export const POD_VARIABLES = { address: "POD_IP", zone: "ZONE" } as const;
export const podVariable = (name: keyof typeof POD_VARIABLES) => `\${${POD_VARIABLES[name]}}`;

/** Names of all objects of a cell's backend start with this. */
export function backendName(backend: string, cell: string, component?: string): string {
  return component ? `${backend}-${cell}-${component}` : `${backend}-${cell}`;
}

/** Host that resolves to the addresses of all pods of the microservices. */
export function gossipHost(backend: string, cell: string): string {
  return `${backendName(backend, cell)}-gossip`;
}

export type Answer = keyof Architecture["answers"];

/** Whether a backend is one process only, which can become microservices. */
export function isOneProcess({ foundByName }: Architecture, topology: BackendTopology): boolean {
  return topology === "single" && foundByName === undefined;
}

/** Where a backend takes writes over HTTP. */
export function writePortOf({ writePorts, httpPort }: Architecture): number {
  return writePorts?.[0]?.port ?? httpPort;
}

/** A Service, and the pods behind it. */
interface Answering {
  readonly host: string;
  readonly role: Role;
}

/**
 * Who answers what in a cell. Writes have one address for good, so that nobody who writes notices
 * another topology.
 */
export function answering(
  backend: Architecture,
  what: Answer,
  cell: string,
  topology: BackendTopology,
): Answering {
  const { name, answers } = backend;
  if (what === "rules" && !answers.rules)
    return { host: rulerRole(cell).instance, role: rulerRole(cell) };
  if (isOneProcess(backend, topology))
    return { host: backendName(name, cell), role: singleRole(name, cell) };
  const component = answers[what] ?? answers.reads;
  const host = backendName(name, cell, what === "writes" ? undefined : component);
  return { host, role: microservicesRole(name, cell, component) };
}

/**
 * Pods that answer, whichever topology is there: microservices before the single process that they
 * take over from.
 */
export function answeringRoles(
  backend: Architecture,
  what: Answer,
  cell: string,
): readonly [Role, Role] {
  return [
    answering(backend, what, cell, "microservices").role,
    answering(backend, what, cell, "single").role,
  ];
}

/** Host and port for whoever reads one tenant, or several at once. */
export function readAddress(
  { backend, cell }: { readonly backend: Architecture; readonly cell: string },
  topology: BackendTopology,
  what: "reads" | "allReads" = "reads",
): string {
  return `${answering(backend, what, cell, topology).host}:${backend.httpPort}`;
}
