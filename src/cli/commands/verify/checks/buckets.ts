import { plural } from "../../../ui/text";
import { type Bucket, logicalName } from "../../../engine/state";
import { type Check, failed, passed } from "../check";
import { LIFECYCLE_RULES } from "@heliograph/heliograph/model";
import { compare, type Difference } from "../../preview/differences";
import type { ResourceChange } from "../../../engine/events";
import { operate } from "../../../engine/operate";
import type { Workspaces } from "../../../engine/workspaces";
import { memoize } from "../../../promises";

/** For stacks with buckets in a cloud. */
export function lifecycle({ stack, find }: StackBuckets): Check<unknown> {
  return {
    name: "lifecycle",
    proves:
      "clouds move and delete what is in the stack's buckets as was deployed, and nothing else",
    next: () => `pulumi refresh --preview-only --stack ${stack}`,
    async run() {
      const all = await find();
      const wrong = all.filter(({ differences }) => differences.length > 0);
      if (wrong.length > 0) {
        const targets = wrong
          .map(({ lifecycle: urn = "" }) => `--target '**::${logicalName(urn)}'`)
          .join(" ");
        const lines = wrong.flatMap(({ name, differences }) =>
          differences.map((line) => `${name}: ${line}`),
        );
        return failed(lines.join("; "), `pulumi up --refresh --stack ${stack} ${targets}`);
      }
      const others = all.filter((bucket) => bucket.lifecycle === undefined).map(({ name }) => name);
      const ours = all.length - others.length;
      if (others.length === 0)
        return passed(plural(ours, "bucket"), `as deployed: ${plural(ours, "bucket")}`);
      const detail =
        `as deployed: ${plural(ours, "bucket")}; nothing was deployed for, ` +
        `and nothing is known of: ${others.join(", ")}`;
      return passed(`${ours} of ${plural(all.length, "bucket")}`, detail);
    },
  };
}

/** A bucket, and what its cloud has otherwise than was deployed. */
export interface BucketFound extends Bucket {
  readonly differences: readonly string[];
}

/** The buckets of a stack. */
export interface StackBuckets {
  readonly stack: string;
  find(): Promise<readonly BucketFound[]>;
}

/**
 * The buckets of a stack. The engine asks the clouds, with the providers and credentials of an
 * update; it runs no program, and records nothing.
 */
export function stackBuckets(stack: string, workspaces: Workspaces): StackBuckets {
  const find = memoize(async () => {
    const buckets = (await workspaces.state(stack))?.buckets ?? [];
    const target = buckets.flatMap(({ lifecycle }) => lifecycle ?? []);
    if (target.length === 0) return buckets.map((bucket) => ({ ...bucket, differences: [] }));
    const { changes } = await operate("refresh", await workspaces.stack(stack), undefined, target);
    return buckets.map((bucket) => {
      const change = changes.get(bucket.lifecycle ?? "");
      return { ...bucket, differences: change ? lifecycleDifferences(change) : [] };
    });
  });
  return { stack, find };
}

type Rule = Readonly<Record<string, unknown>>;

/** What a refresh has found in the rules, one line each. */
export function lifecycleDifferences({
  change,
  step,
}: Pick<ResourceChange, "change" | "step">): string[] {
  if (change === "deleted") return ["it is gone"];
  const path = LIFECYCLE_RULES[step.type] ?? [];
  const [deployed, found] = [step.old, step.new].map((state) => rulesAt(state?.inputs, path));
  return ruleDifferences(deployed ?? [], found ?? []);
}

function rulesAt(inputs: unknown, path: readonly string[]): Rule[] {
  const rules = path.reduce((value, key) => (value as Rule | undefined)?.[key], inputs);
  return Array.isArray(rules) ? rules : [];
}

function ruleDifferences(deployed: readonly Rule[], found: readonly Rule[]): string[] {
  const left = [...found];
  const take = (wanted: (rule: Rule) => boolean) => {
    const index = left.findIndex(wanted);
    return index < 0 ? undefined : left.splice(index, 1)[0];
  };
  // Those that are as they were go first: Google's have no names to know them by.
  const others = deployed.filter((rule) => !take((other) => differences(rule, other).length === 0));
  const changed = others.flatMap((rule) => {
    const name = nameOf(rule);
    const now = take((other) => nameOf(other) === name);
    if (!now) return [`rule ${name} is gone`];
    return differences(rule, now).map(
      ({ path, before, after }) =>
        `rule ${name}: ${path} should be ${show(before)}, is ${show(after)}`,
    );
  });
  return [
    ...changed,
    ...left.map((rule) => `rule ${nameOf(rule)} was added: ${JSON.stringify(rule)}`),
  ];
}

function nameOf({ id, name, action }: Rule): string {
  return String(id ?? name ?? (action as Rule | undefined)?.["type"]);
}

/** Without what providers note for themselves. */
function differences(rule: Rule, other: Rule): Difference[] {
  return compare("", rule, other).filter(({ path }) => !path.includes("__defaults"));
}

function show(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
