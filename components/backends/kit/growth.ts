/**
 * The disk of `single` grows by hand: its claim is made by the StatefulSet, whose template cannot
 * be changed, and replacing the StatefulSet for it would stop its backend. Microservices have
 * claims of their own, which grow in place.
 */
interface Growth {
  readonly namespace: string;
  /** Name of the StatefulSet. */
  readonly name: string;
  /** Size of its claim, and the one that is asked for. */
  readonly from: string;
  readonly to: string;
}

/**
 * The claim grows while it is used. Then the StatefulSet goes without its pod: the next update
 * makes it again with the new size.
 */
export function growthCommands({ namespace, name, to }: Growth): string[] {
  const patch = JSON.stringify({ spec: { resources: { requests: { storage: to } } } });
  return [
    `kubectl -n ${namespace} patch pvc data-${name}-0 --patch '${patch}'`,
    `kubectl -n ${namespace} delete statefulset ${name} --cascade=orphan`,
  ];
}

export function growthNote(growth: Growth, stack: string): string {
  const { name, from, to } = growth;
  return [
    `The disk of ${name} has ${from}, and ${to} is asked for. It grows by hand, without a restart:`,
    ...growthCommands(growth),
    `pulumi refresh -s ${stack} --yes`,
    "and then the next update",
  ].join("\n  ");
}
