import type { SeriesOutput } from "../../../stacks/series";
import { seriesLine } from "../../ui/series";
import { style } from "../../ui/style";
import { plural, wrap } from "../../ui/text";
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
    ...headOf(rendered),
    ...children.flatMap((node, index) => draw(node, index === children.length - 1)),
    ...outputLines(rendered),
  ].join("\n");
}

function headOf(rendered: Rendered): string[] {
  const indentation = rendered.stack.length + 2;
  const lines = wrap(totals(rendered), WIDTH - indentation).split("\n");
  return lines.map((line, index) =>
    index === 0 ? `${style.strong(rendered.stack)}  ${line}` : " ".repeat(indentation) + line,
  );
}

/** Stands for a space at which a line must not be broken. */
const UNBREAKABLE = "\u00a0";

/** The widest line of the tree. */
const WIDTH = 100;

function draw({ label, children }: Node, last: boolean, depth = 1): string[] {
  const below = children.flatMap((child, index) =>
    draw(child, index === children.length - 1, depth + 1),
  );
  // A label that is too wide continues below itself.
  const wrapped = wrap(label, WIDTH - 3 * depth - 3).replaceAll(UNBREAKABLE, " ");
  const [first = "", ...more] = wrapped.split("\n");
  const bar = children.length > 0 ? "│  " : "   ";
  return [
    `${last ? "└─" : "├─"} ${first}`,
    ...[...more.map((line) => bar + line), ...below].map((line) => `${last ? "  " : "│ "} ${line}`),
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

/** What the program derived, and its warnings. */
function outputLines({ outputs, notes, warnings }: Rendered): string[] {
  const { buffer, queues, series } = outputs as DerivedOutputs;
  const lines = [
    buffer && bufferLine(buffer),
    queues && queueLine(queues),
    series && seriesLine(series),
    ...notes,
  ];
  return [
    ...lines.flatMap((line) => (line ? wrap(line, WIDTH).split("\n").map(style.faint) : [])),
    ...warnings.flatMap((line) => wrap(`! ${line}`, WIDTH).split("\n").map(style.warning)),
  ];
}

interface DerivedOutputs {
  readonly buffer?: Buffer;
  readonly queues?: Queues;
  readonly series?: SeriesOutput;
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
    .map(([kind, count]) => `${count}${UNBREAKABLE}${kind}`)
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
