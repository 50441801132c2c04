import { keptChanges, queueChanges } from "./queue";
import { RETENTIONS } from "../config/tenant-check";
import { cellChanges, flushAll } from "./cell-changes";
import { moved, type Stranding } from "./stranding-change";
import type { Stored, StoredHub } from "./stored";

/**
 * What would be left behind, or lost, if what is stored became what is intended. Facts that either
 * side does not know are not compared.
 */
export function strandingChanges(stored: Stored, intended: Stored): Stranding[] {
  return [
    ...(stored.hub ? hubChanges(stored.hub, intended.hub) : []),
    ...queueChanges(stored.queue, intended),
    ...keptChanges(stored.kept, intended.kept),
  ];
}

function hubChanges(stored: StoredHub, intended: StoredHub | undefined): Stranding[] {
  if (!intended) return [hubGone(stored)];
  return [
    ...Object.entries(stored.cells).flatMap(([name, cell]) =>
      cellChanges(name, cell, intended.cells[name]),
    ),
    ...Object.entries(stored.tenants).flatMap(([id, tenant]) =>
      tenantChanges(
        id,
        { ...tenant, cell: tenant.cell ?? cellBefore(stored, id) },
        intended.tenants[id],
      ),
    ),
    ...Object.entries(stored.edges).flatMap(([name, edge]) =>
      edgeChanges(name, edge, intended.edges[name], stored),
    ),
  ];
}

function hubGone({ cells, tenants, edges }: StoredHub): Stranding {
  return {
    key: "hub",
    section: "edge",
    was: `a hub with cells ${names(cells)}; tenants ${names(tenants)}; edges ${names(edges)}`,
    asked: "no hub",
    lost: "what is not in the buckets yet: the last hours of every tenant. Edges have nowhere to write to, and lose samples when their outage has passed",
    instead: [
      "let every edge write to another hub, or offboard it",
      ...Object.entries(cells).flatMap(([name, cell]) => flushAll(name, cell)),
      "accept; the buckets stay, with all that is in them",
    ],
  };
}

/** As older programs recorded it. */
function cellBefore({ edges }: StoredHub, id: string): string | undefined {
  return Object.values(edges).find(({ tenant }) => tenant === id)?.cell;
}

type Tenant = StoredHub["tenants"][string];

function tenantChanges(id: string, was: Tenant, asked: Tenant | undefined): Stranding[] {
  const key = `tenants.${id}`;
  const kept = RETENTIONS.flatMap(([field]) => was[field] ?? []);
  const days = kept.length > 0 ? Math.max(...kept) : undefined;
  if (!asked) {
    return [
      {
        key,
        section: "hub",
        was: `tenant ${id}${days ? `, kept for ${days} days` : ""}`,
        asked: "no such tenant",
        lost: "its data stays in the bucket for ever, and nobody can read it: backends delete only for tenants whose retention they know",
        instead: [
          "for another name, change its displayName; the id never changes",
          `to end it: offboard its edges, keep the entry until its ${days ?? ""} days of retention have passed, then accept`.replace(
            "  ",
            " ",
          ),
        ],
      },
    ];
  }
  const { cell } = was;
  return [
    ...moved(`${key}.cell`, "hub", cell, asked.cell, {
      lost: `its history, for whoever reads it: data sources lead to cell ${asked.cell}, and nothing moves out of the buckets of ${cell}; what edges have queued goes to ${asked.cell}`,
      instead: [
        `keep tenant ${id} in cell ${cell}, and add another tenant for cell ${asked.cell}`,
        "when the queues of its edges are empty (npm run verify), give them that one: heliograph:hub.edges.<edge>.tenant",
        `all that is stored stays readable in cell ${cell}; tenant ${id} may go when its${days ? ` ${days}` : ""} days of retention have passed`,
      ],
    }),
    ...RETENTIONS.flatMap((fields) => retentionChanges(key, fields, was, asked)),
  ];
}

/** Who deletes what is older than a tenant's retention. */
const KEPT = {
  retentionDays: "blocks",
  logRetentionDays: "chunks",
  traceRetentionDays: "blocks",
} as const;

function retentionChanges(
  key: string,
  [days, minimum]: (typeof RETENTIONS)[number],
  was: Tenant,
  asked: Tenant,
): Stranding[] {
  const floor = was[minimum];
  if (floor === undefined) return [];
  const below = less(asked[days], floor);
  return [
    ...((asked[minimum] ?? 0) < floor
      ? moved(`${key}.${minimum}`, "hub", `${floor} days`, showDays(asked[minimum]), {
          lost: `nothing at once, but nothing then keeps ${days} from falling below the ${floor} days that somebody relies on`,
          instead: ["ask whoever relies on it; then accept"],
        })
      : []),
    ...(below
      ? moved(`${key}.${days}`, "hub", showDays(was[days]), showDays(asked[days]), {
          lost: `all that is older than ${asked[days]} days, within hours and for good; ${floor} days were promised`,
          instead: [
            `keep at least ${floor}; or copy the ${KEPT[days]} to where they may stay: rclone copy store:... archive:...`,
          ],
        })
      : []),
  ];
}

type Edge = StoredHub["edges"][string];

function edgeChanges(
  name: string,
  was: Edge,
  asked: Edge | undefined,
  { tenants }: StoredHub,
): Stranding[] {
  const key = `edges.${name}`;
  const days = tenants[was.tenant]?.retentionDays;
  const history = `what it has written stays with ${was.tenant}${days ? ` until its ${days} days have passed` : ""}`;
  if (!asked) {
    if (was.state === "revoked") return [];
    return [
      {
        key,
        section: "hub",
        was: `edge ${name}, which writes as tenant ${was.tenant}`,
        asked: "no such edge",
        lost: "what its agent has queued, and all it scrapes from then on: the gateway refuses it, and its queue is full when its outage has passed",
        instead: [
          `npm run offboard -- ${name} --drain: waits until its queue is empty, revokes it, and takes its agent down`,
          `the entry may go when a receipt says so; ${history}`,
        ],
      },
    ];
  }
  return [
    ...moved(`${key}.tenant`, "hub", was.tenant, asked.tenant, {
      lost: `its history, for whoever reads as ${asked.tenant}: ${history}, and what is queued goes to the new tenant`,
      instead: [
        "wait until its queue is empty: npm run verify shows how far it is behind; then accept",
        `keep tenant ${was.tenant} in the inventory for as long as its data is needed`,
      ],
    }),
  ];
}

function names(record: object): string {
  return Object.keys(record).join(", ") || "none";
}

function showDays(days: number | undefined): string {
  return days === undefined ? "nothing" : `${days} days`;
}

function less(asked: number | undefined, was: number | undefined): boolean {
  return asked !== undefined && was !== undefined && asked < was;
}
