import { parseQuantity } from "../../components/kit/quantity";
import { queueChanges } from "./queue";
import { flush, moved, type Stranding } from "./stranding-change";
import type { Stored, StoredHub } from "./stored";

/** What would be left behind, or lost, if what is stored became what is intended. Facts that either side does not know are not compared. */
export function strandingChanges(stored: Stored, intended: Stored): Stranding[] {
  return [...(stored.hub ? hubChanges(stored.hub, intended.hub) : []), ...queueChanges(stored.queue, intended.queue)];
}

function hubChanges(stored: StoredHub, intended: StoredHub | undefined): Stranding[] {
  if (!intended) return [hubGone(stored)];
  return [
    ...Object.entries(stored.cells).flatMap(([name, cell]) => cellChanges(name, cell, intended.cells[name])),
    ...Object.entries(stored.tenants).flatMap(([id, tenant]) => tenantChanges(id, tenant, intended.tenants[id])),
    ...Object.entries(stored.edges).flatMap(([name, edge]) => edgeChanges(name, edge, intended.edges[name], stored)),
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
      ...Object.keys(cells).flatMap(flush),
      "accept; the buckets stay, with all that is in them",
    ],
  };
}

type Cell = StoredHub["cells"][string];

function cellChanges(name: string, was: Cell, asked: Cell | undefined): Stranding[] {
  const key = `cells.${name}`;
  if (!asked) {
    return [
      {
        key,
        section: "hub",
        was: `cell ${name}, in ${was.bucket ?? "a bucket"}`,
        asked: "no such cell",
        lost: "the last hours of its tenants, which are not in the bucket yet; nobody can query the rest",
        instead: [
          "let its edges write to another cell, and keep this one until its tenants' retentionDays have passed",
          "where its older data is not needed:",
          ...flush(name),
          "accept; the bucket stays, with all that is in it",
        ],
      },
    ];
  }
  return [
    ...moved(`${key}.metrics.bucket`, "hub", was.bucket, asked.bucket, {
      lost: "every block that was uploaded: Mimir looks into the new bucket only",
      instead: copyBlocks(`old:${bucketPath(was)}`, `new:${bucketPath(asked)}`),
    }),
    ...(was.bucket === asked.bucket
      ? moved(`${key}.metrics.bucket.prefix`, "hub", was.prefix, asked.prefix, {
          lost: "every block that was uploaded: Mimir looks below the new prefix only",
          instead: copyBlocks(
            `store:${bucketPath(was)}`,
            // A folder is not copied into itself.
            `store:${bucketPath(asked)}${was.prefix ? "" : ` --exclude '${asked.prefix}/**'`}`,
          ),
        })
      : []),
    ...lessOf(key, was, asked),
    ...shrunk(`${key}.metrics.diskSize`, was.diskSize, asked.diskSize),
    ...moved(`${key}.metrics.storageClass`, "hub", was.storageClass, asked.storageClass, {
      lost: "nothing at once, but volumes keep their class: the StatefulSet is made anew for a change that its volumes do not follow",
      instead: [
        `keep ${was.storageClass || "the default class"}; for another class, move to a new cell, whose volumes are made with it`,
      ],
    }),
  ];
}

/** Fewer places for what is not in the bucket yet. */
function lessOf(key: string, was: Cell, asked: Cell): Stranding[] {
  const less = (field: "copies" | "ingesters" | "zones", atMost = 0) =>
    was[field] !== undefined && asked[field] !== undefined && was[field] - asked[field] > atMost;
  const change = (field: "topology" | "copies" | "ingesters" | "zones", lost: string, instead: string[]) =>
    [
      {
        key: `${key}.metrics.${field}`,
        section: "hub",
        was: String(was[field]),
        asked: String(asked[field]),
        lost,
        instead,
      },
    ] as const;
  const ship = "see that the bucket can be reached: a pod ships what it holds when it stops (docs/microservices.md)";
  if (was.topology === "microservices" && asked.topology === "single") {
    return [
      ...change(
        "topology",
        "the other copies of the last hours: what an ingester cannot ship when it stops is then nowhere else",
        [ship, "accept; keep the claims of the ingesters until a query shows the last hours"],
      ),
    ];
  }
  if (less("copies")) {
    return [
      ...change(
        "copies",
        "the other copies of the last hours: what an ingester cannot ship when it stops is then nowhere else",
        [ship, "accept"],
      ),
    ];
  }
  return [
    ...(less("ingesters", 1)
      ? change(
          "ingesters",
          "the last hours of several ingesters at once, which hold all copies of some series, until they have shipped",
          ["one at a time, by replicas.ingester: docs/microservices.md"],
        )
      : []),
    ...(less("zones")
      ? change(
          "zones",
          "what the ingesters of the zones have not shipped yet: each zone is pods and volumes of its own",
          [ship, "accept; keep the claims of the ingesters until a query shows the last hours"],
        )
      : []),
  ];
}

function shrunk(key: string, was: string | undefined, asked: string | undefined): Stranding[] {
  if (!was || !asked || parseQuantity(asked) >= parseQuantity(was)) return [];
  return moved(key, "hub", was, asked, {
    lost: "nothing at once, but no volume shrinks: Kubernetes refuses it half-way through the update",
    instead: [`keep ${was}; for smaller volumes, move to a new cell`],
  });
}

type Tenant = StoredHub["tenants"][string];

function tenantChanges(id: string, was: Tenant, asked: Tenant | undefined): Stranding[] {
  const key = `tenants.${id}`;
  const days = was.retentionDays;
  if (!asked) {
    return [
      {
        key,
        section: "hub",
        was: `tenant ${id}${days ? `, kept for ${days} days` : ""}`,
        asked: "no such tenant",
        lost: "its data stays in the bucket for ever, and nobody can read it: Mimir deletes only for tenants whose retention it knows",
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
  const floor = was.minRetentionDays;
  const below = floor !== undefined && less(asked.retentionDays, floor);
  return [
    ...(floor !== undefined && (asked.minRetentionDays ?? 0) < floor
      ? moved(`${key}.minRetentionDays`, "hub", `${floor} days`, showDays(asked.minRetentionDays), {
          lost: `nothing at once, but nothing then keeps retentionDays from falling below the ${floor} days that somebody relies on`,
          instead: ["ask whoever relies on it; then accept"],
        })
      : []),
    ...(below
      ? moved(`${key}.retentionDays`, "hub", showDays(days), showDays(asked.retentionDays), {
          lost: `all that is older than ${asked.retentionDays} days, within hours and for good; ${floor} days were promised`,
          instead: [
            `keep at least ${floor}; or copy the blocks to where they may stay: rclone copy store:... archive:...`,
          ],
        })
      : []),
  ];
}

type Edge = StoredHub["edges"][string];

function edgeChanges(name: string, was: Edge, asked: Edge | undefined, { tenants }: StoredHub): Stranding[] {
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
    ...moved(`${key}.cell`, "hub", was.cell, asked.cell, {
      lost: `its history, for whoever reads in ${asked.cell}: queries do not span cells, and cell ${was.cell} keeps what it has`,
      instead: [
        "wait until its queue is empty: npm run verify shows how far it is behind; then accept",
        `keep cell ${was.cell}${days ? ` for ${days} days` : ""}, or copy the tenant's blocks: rclone copy old:.../${was.tenant} new:.../${was.tenant}`,
      ],
    }),
  ];
}

/** Twice: what is uploaded while the first copy runs is fetched by the second, which leaves alone what Mimir has written in the new place by then. */
function copyBlocks(from: string, to: string): string[] {
  return [
    `rclone copy ${from} ${to}`,
    "accept, and bring the stack up",
    `rclone copy --ignore-existing ${from} ${to}   (again, until it copies nothing)`,
  ];
}

/** `azure contoso/metrics` -> `metrics/prefix`: rclone names the account in its remote. */
function bucketPath({ bucket = "", prefix }: Cell): string {
  return [bucket.split(/[ /]/).at(-1), prefix].filter(Boolean).join("/");
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
