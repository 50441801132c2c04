import type { Stranding } from "./stranding-change";

interface Verdict {
  /** The whole message, if a change is rejected. */
  readonly rejection: string | undefined;
  /** Entries of `acceptStranding` that no change needs. */
  readonly unused: readonly string[];
}

/** Holds the changes against those that were accepted. */
export function judge(
  stack: string,
  changes: readonly Stranding[],
  accepted: readonly string[],
): Verdict {
  const rejected = changes.filter(({ key }) => !accepted.includes(key));
  const unused = accepted.filter((entry) => !changes.some(({ key }) => key === entry));
  return { rejection: rejected.length > 0 ? describe(stack, rejected) : undefined, unused };
}

function describe(stack: string, changes: readonly Stranding[]): string {
  const count = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  return [
    `Stack ${stack}: ${count} would leave data behind. Nothing was changed.`,
    ...changes.map(describeOne),
  ].join("\n\n");
}

function describeOne(
  { key, section, was, asked, lost, instead }: Stranding,
  index: number,
): string {
  const steps = instead.map((step, number) => `${number === 0 ? "properly" : "        "}  ${step}`);
  return [
    `${index + 1}. ${key}`,
    `was       ${was}`,
    `asked     ${asked}`,
    `lost      ${lost}`,
    ...steps,
    `accept    heliograph:${section}.acceptStranding: [${JSON.stringify(key)}]`,
  ].join("\n   ");
}
