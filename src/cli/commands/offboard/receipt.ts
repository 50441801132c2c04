import { plural } from "../../ui/text";
import type { Unsent } from "./unsent";

/** What was done with an edge, and what remains of it. `--json` prints it as it is. */
export interface Receipt {
  readonly edge: string;
  readonly hub: string;
  readonly tenant: string;
  readonly cell: string;
  /** The gateway's answer to its certificate. */
  readonly revoked: string;
  /** When its certificate ends; null if the hub had signed none. */
  readonly certificateValidUntil: string | null;
  /** `forgotten`: its cluster no longer exists. Null if it had no stack. */
  readonly destroyed: {
    readonly stack: string;
    readonly resources: number;
    readonly how: "destroyed" | "forgotten";
  } | null;
  /** How far the agent was behind with sending when it was revoked. */
  readonly notSent: Unsent;
  readonly newestSample: string | null;
  readonly retentionDays: number;
  /**
   * From then on its metrics cannot be read. The objects in the bucket are deleted within a day.
   */
  readonly dataExpires: string;
  /** Other edges of its tenant. */
  readonly tenantSharedWith: readonly string[];
  readonly commit: readonly string[];
}

const DAY = 86_400_000;

/**
 * When an edge's last sample expires: counted from the newest one, or from now if that is unknown.
 */
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
    ["access", receipt.revoked],
    ...(until
      ? [["", `its certificate ends on ${until}, and is rejected`] as [string, string]]
      : []),
    destroyed
      ? [destroyed.how, `stack ${destroyed.stack}, ${plural(destroyed.resources, "resource")}`]
      : ["destroyed", "nothing: it had no stack here"],
    ["not sent", showUnsent(receipt.notSent)],
    ["remains", `its metrics in tenant ${tenant}, ${newest}`],
    ["", `kept for ${plural(retentionDays, "day")}, until ${expires}`],
    ...(mates.length > 0
      ? [
          [
            "",
            `tenant ${tenant} itself, which ${mates.join(", ")} write${mates.length === 1 ? "s" : ""} into`,
          ] as [string, string],
        ]
      : []),
    ["", `its entry in the inventory of ${hub}, revoked`],
    ["", `from ${expires} on, ${removable} may be removed`],
    ["commit", receipt.commit.join(", ")],
  ];
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    `Edge ${edge} is removed, after ${took}.`,
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
