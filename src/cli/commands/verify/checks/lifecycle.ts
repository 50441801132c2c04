import { plural } from "../../../ui/text";
import { logicalName } from "../../../engine/state";
import { failed, passed, type Check } from "../check";
import type { StackBuckets } from "../lifecycle";

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
      const detail = `as deployed: ${plural(ours, "bucket")}; nothing was deployed for, and nothing is known of: ${others.join(", ")}`;
      return passed(`${ours} of ${plural(all.length, "bucket")}`, detail);
    },
  };
}
