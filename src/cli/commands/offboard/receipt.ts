import { plural } from "../../ui/text";
import type { Unsent } from "./look";

/** What became of an edge, and what is still there of it. `--json` prints it as it is. */
export interface Receipt {
  readonly edge: string;
  readonly hub: string;
  readonly tenant: string;
  readonly cell: string;
  /** What the gateway was seen to answer to its certificate. */
  readonly revoked: string;
  /** Until when its certificate would be valid; null where the hub had signed none. */
  readonly certificateValidUntil: string | null;
  /** `forgotten`: its cluster does not exist any more. Null where it had no stack. */
  readonly destroyed: {
    readonly stack: string;
    readonly resources: number;
    readonly how: "destroyed" | "forgotten";
  } | null;
  /** What the agent had not sent when it was revoked. */
  readonly notSent: Unsent;
  readonly newestSample: string | null;
  readonly retentionDays: number;
  /** From then on its metrics cannot be read; the bucket's objects go within a day after. */
  readonly dataExpires: string;
  /** Other edges of its tenant. */
  readonly tenantSharedWith: readonly string[];
  readonly commit: readonly string[];
}

const DAY = 86_400_000;

/** When the last of an edge's samples expires: counted from the newest one, or from today where nobody knows it. */
export function expiry(newest: Date | undefined, retentionDays: number, now: Date): Date {
  return new Date((newest ?? now).getTime() + retentionDays * DAY);
}

export function showReceipt(receipt: Receipt, took: string): string {
  const { edge, hub, tenant, retentionDays, destroyed, tenantSharedWith: mates } = receipt;
  const expires = receipt.dataExpires.slice(0, 10);
  const newest = receipt.newestSample
    ? `the newest of ${minute(receipt.newestSample)}`
    : "none within the last day";
  const until = receipt.certificateValidUntil?.slice(0, 10);
  const removable = mates.length === 0 ? `edges.${edge} and tenants.${tenant}` : `edges.${edge}`;
  const rows: [string, string][] = [
    [
      "shut out",
      `${receipt.revoked}${until ? `; its certificate ends on ${until}, and opens nothing` : ""}`,
    ],
    destroyed
      ? [destroyed.how, `stack ${destroyed.stack}, ${plural(destroyed.resources, "resource")}`]
      : ["destroyed", "nothing: it had no stack here"],
    ["not sent", showUnsent(receipt.notSent)],
    [
      "remains",
      `its metrics in tenant ${tenant}, ${newest}: kept for ${plural(retentionDays, "day")}, until ${expires}`,
    ],
    ...(mates.length > 0
      ? [
          [
            "",
            `tenant ${tenant} itself, which ${mates.join(", ")} write${mates.length === 1 ? "s" : ""} into`,
          ] as [string, string],
        ]
      : []),
    [
      "",
      `its entry in the inventory of ${hub}, revoked; from ${expires} on ${removable} may be removed`,
    ],
    ["commit", receipt.commit.join(", ")],
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    `Edge ${edge} is out, after ${took}.`,
    "",
    ...rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`),
  ].join("\n");
}

export function showUnsent(unsent: Unsent): string {
  if ("unknown" in unsent) return `unknown: ${unsent.unknown}`;
  return `what was scraped in the last ${plural(Math.round(unsent.seconds), "second")}`;
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
