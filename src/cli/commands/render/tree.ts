import type { SeriesOutput } from "../../../stacks/series";
import { seriesLine } from "../../ui/series";
import { style } from "../../ui/style";
import { plural } from "../../ui/text";
import { isPlumbing } from "../../engine/events";
import { add, ownDisk, showSizes, type Sizes, type Workload, workloadOf } from "./sizes";
import type { Rendered } from "./render-stack";
import type { Registered } from "./recorder";

interface Node {
  readonly label: string;
  readonly children: readonly Node[];
}

const ROOT = "pulumi:pulumi:Stack";

/**
 * The resource tree of a stack for people: components with their objects counted, workloads with
 * what they ask for, and totals.
 */
export function showTree(rendered: Rendered): string {
  const root = rendered.resources.find(({ type }) => type === ROOT);
  const children = nodesUnder(root?.urn, rendered);
  return [
    `${style.strong(rendered.stack)}  ${totals(rendered)}`,
    ...children.flatMap((node, index) => draw(node, index === children.length - 1)),
    ...outputLines(rendered),
  ].join("\n");
}

function draw({ label, children }: Node, last: boolean): string[] {
  const below = children.flatMap((child, index) => draw(child, index === children.length - 1));
  return [
    `${last ? "└─" : "├─"} ${label}`,
    ...below.map((line) => `${last ? "  " : "│ "} ${line}`),
  ];
}

function nodesUnder(parent: string | undefined, rendered: Rendered): Node[] {
  const children = rendered.resources.filter(
    (resource) => resource.parent === parent && !isPlumbing(resource.type),
  );
  const components = children.filter(isComponent).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...children
      .flatMap((child) => workloadNode(child, rendered))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
    ...components.map((component) => componentNode(component, rendered)),
  ];
}

function componentNode(component: Registered, rendered: Rendered): Node {
  const leaves = rendered.resources.filter(
    ({ parent, type }) => parent === component.urn && !isComponent({ type }),
  );
  const counts = countByKind(leaves);
  return {
    label: `${component.name} ${style.faint(kindOf(component.type))}${counts && `  ${counts}`}`,
    children: nodesUnder(component.urn, rendered),
  };
}

function workloadNode({ urn }: Registered, { objects }: Rendered): Node[] {
  const object = objects.find((candidate) => candidate.urn === urn);
  const workload = object && workloadOf(object.manifest);
  if (!workload) return [];
  return [
    {
      label: `${workload.kind} ${workload.name} ${pods(workload)}: ${showSizes(workload)}`,
      children: [],
    },
  ];
}

function pods({ replicas }: Workload): string {
  return replicas === undefined ? "on each node" : `×${replicas}`;
}

function totals({ objects }: Rendered): string {
  const manifests = objects.map(({ manifest }) => manifest);
  const workloads = manifests.flatMap((manifest) => workloadOf(manifest) ?? []);
  const claimed: Sizes = { cpu: 0, memory: 0, disk: ownDisk(manifests) };
  const fixed = workloads.filter(({ replicas }) => replicas !== undefined);
  const perNode = workloads.filter(({ replicas }) => replicas === undefined);
  return [
    plural(objects.length, "object"),
    `${plural(
      fixed.reduce((count, { replicas = 0 }) => count + replicas, 0),
      "pod",
    )}: ${showSizes(fixed.reduce<Sizes>(add, claimed))}`,
    perNode.length > 0 &&
      `${plural(perNode.length, "pod")} on each node: ${showSizes(perNode.reduce<Sizes>(add, { cpu: 0, memory: 0, disk: 0 }))}`,
  ]
    .filter(Boolean)
    .join("; ");
}

/** What the program derived and a person should know before it runs. */
function outputLines({ outputs, notes }: Rendered): string[] {
  const { buffer, queues, series, next } = outputs as Told;
  const lines = [
    buffer && bufferLine(buffer),
    queues && queueLine(queues),
    series && seriesLine(series),
    next,
    ...notes,
  ];
  return lines.flatMap((line) => (line ? [style.faint(line)] : []));
}

interface Told {
  readonly buffer?: Buffer;
  readonly queues?: Queues;
  readonly series?: SeriesOutput;
  readonly next?: string;
}

interface Queues {
  readonly node: string;
  readonly gateway?: string;
}

function queueLine({ node, gateway }: Queues): string {
  return `queues of logs and traces: up to ${node} of each node's disk${gateway ? `, ${gateway} in each gateway` : ""}`;
}

interface Buffer {
  readonly agents: number;
  readonly disk: string;
  readonly memory: string;
}

function bufferLine({ agents, disk, memory }: Buffer): string {
  return `buffer of ${agents === 1 ? "the agent" : `each of the ${agents} agents`}: ${disk} disk, ${memory} memory`;
}

function countByKind(resources: readonly Registered[]): string {
  const counts = new Map<string, number>();
  for (const { type } of resources) counts.set(kindOf(type), (counts.get(kindOf(type)) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

/**
 * `heliograph:index:MtlsPki` is a component; resources of providers have a module with a member:
 * `tls:index/privateKey:PrivateKey`, `kubernetes:apps/v1:Deployment`.
 */
function isComponent({ type }: Pick<Registered, "type">): boolean {
  return !/^(kubernetes|tls|pulumi):/.test(type);
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}
