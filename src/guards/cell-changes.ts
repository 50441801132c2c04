import type { Signal } from "@heliograph/heliograph";
import { type Backend, backendOf, parseQuantity, SIGNALS } from "@heliograph/heliograph/model";
import { moved, type Stranding } from "./stranding-change";
import { frozenOption, type StoredHub } from "./stored";

type Cell = StoredHub["cells"][string];
type Store = Omit<Cell, "logs" | "traces">;

export function cellChanges(name: string, was: Cell, asked: Cell | undefined): Stranding[] {
  if (!asked) {
    return [
      {
        key: `cells.${name}`,
        section: "hub",
        was: `cell ${name}, in ${was.bucket ?? "a bucket"}`,
        asked: "no such cell",
        lost: "the last hours of its tenants, which are not in the bucket yet; nobody can query the rest",
        instead: [
          "give its edges tenants of another cell, and keep this one until its own tenants' retentionDays have passed",
          "where its older data is not needed:",
          ...flushAll(name, was),
          "accept; the bucket stays, with all that is in it",
        ],
      },
    ];
  }
  const { logs, traces, ...metrics } = was;
  return [
    ...storeChanges(name, "metrics", metrics, asked),
    ...(logs ? storeChanges(name, "logs", logs, asked.logs) : []),
    ...(traces ? storeChanges(name, "traces", traces, asked.traces) : []),
  ];
}

const UPLOADED = {
  metrics: "every block that was uploaded",
  logs: "every line that was uploaded",
  traces: "every trace that was uploaded",
} as const;

/** Records from before there was a choice name no backend. */
const recordedBackend = (signal: Signal, { backend }: Store): Backend => backendOf(signal, backend);

function storeChanges(
  cell: string,
  signal: Signal,
  was: Store,
  asked: Store | undefined,
): Stranding[] {
  const key = `cells.${cell}.${signal}`;
  const uploaded = UPLOADED[signal];
  if (!asked) return [signalGone(key, cell, signal, was)];
  const backend = recordedBackend(signal, was);
  const other = recordedBackend(signal, asked);
  const { title, name } = backend;
  return [
    ...moved(`${key}.backend`, "hub", name, other.name, {
      lost: `what ${title} has in memory and on its disks alone until it has ended, and whatever of ${uploaded} ${other.title} does not understand: that was never tried`,
      instead: [
        `make another cell with ${other.title} and a bucket of its own, and give edges tenants of that`,
        "keep this one until its tenants' retentionDays have passed",
      ],
    }),
    ...moved(`${key}.bucket`, "hub", was.bucket, asked.bucket, {
      lost: `${uploaded}: ${title} looks into the new bucket only`,
      instead: copyObjects(`old:${bucketPath(was)}`, `new:${bucketPath(asked)}`),
    }),
    ...(was.bucket === asked.bucket
      ? moved(`${key}.bucket.prefix`, "hub", was.prefix, asked.prefix, {
          lost: `${uploaded}: ${title} looks below the new prefix only`,
          instead: copyObjects(
            `store:${bucketPath(was)}`,
            // A folder is not copied into itself.
            `store:${bucketPath(asked)}${was.prefix ? "" : ` --exclude '${asked.prefix}/**'`}`,
          ),
        })
      : []),
    ...backend.frozen.flatMap(({ key: option, lost, instead }) => {
      const [before, after] = [frozenOption(was, option), frozenOption(asked, option)];
      if (before === undefined || after === undefined) return [];
      return moved(`${key}.${option}`, "hub", before, after, {
        lost: lost(before, after),
        instead: instead(before, after),
      });
    }),
    ...lessOf(key, was, asked, ship(cell, backend)),
    ...shrunk(`${key}.diskSize`, was.diskSize, asked.diskSize),
    ...moved(`${key}.storageClass`, "hub", was.storageClass, asked.storageClass, {
      lost: "nothing at once, but volumes keep their class: the StatefulSet is made anew for a change that its volumes do not follow",
      instead: [
        `keep ${was.storageClass || "the default class"}; for another class, move to a new cell, whose volumes are made with it`,
      ],
    }),
  ];
}

function signalGone(key: string, cell: string, signal: Signal, was: Store): Stranding {
  return {
    key,
    section: "hub",
    was: `${signal} of cell ${cell}, in ${was.bucket ?? "a bucket"}`,
    asked: `no ${signal} in cell ${cell}`,
    lost: `the last hours of them, which are not in the bucket yet; nobody can query the rest, and what edges still send of them is refused`,
    instead: [
      `keep it until what its tenants have of ${signal} is no longer needed, then:`,
      ...recordedBackend(signal, was).flush(cell),
      "accept; the bucket stays, with all that is in it",
    ],
  };
}

/** How what ingesters hold gets into the bucket before there are fewer of them. */
function ship(cell: string, { uploadsWhenStopped, flush }: Backend): string[] {
  if (!uploadsWhenStopped) return flush(cell);
  return [
    "see that the bucket can be reached: a pod ships what it holds when it stops (docs/microservices.md)",
  ];
}

/** Fewer places for what is not in the bucket yet. */
function lessOf(key: string, was: Store, asked: Store, ship: readonly string[]): Stranding[] {
  const less = (field: "copies" | "ingesters" | "zones", atMost = 0) =>
    was[field] !== undefined && asked[field] !== undefined && was[field] - asked[field] > atMost;
  const change = (
    field: "topology" | "copies" | "ingesters" | "zones",
    lost: string,
    instead: string[],
  ) =>
    [
      {
        key: `${key}.${field}`,
        section: "hub",
        was: String(was[field]),
        asked: String(asked[field]),
        lost,
        instead,
      },
    ] as const;
  if (was.topology === "microservices" && asked.topology === "single") {
    return [
      ...change(
        "topology",
        "the other copies of the last hours: what an ingester cannot ship when it stops is then nowhere else",
        [...ship, "accept; keep the claims of the ingesters until a query shows the last hours"],
      ),
    ];
  }
  if (less("copies")) {
    return [
      ...change(
        "copies",
        "the other copies of the last hours: what an ingester cannot ship when it stops is then nowhere else",
        [...ship, "accept"],
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
          [...ship, "accept; keep the claims of the ingesters until a query shows the last hours"],
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

/**
 * Twice: what is uploaded while the first copy runs is fetched by the second, which leaves alone
 * what was written in the new place by then.
 */
function copyObjects(from: string, to: string): string[] {
  return [
    `rclone copy ${from} ${to}`,
    "accept, and bring the stack up",
    `rclone copy --ignore-existing ${from} ${to}   (again, until it copies nothing)`,
  ];
}

/** `azure contoso/metrics` -> `metrics/prefix`: rclone names the account in its remote. */
function bucketPath({ bucket = "", prefix }: Store): string {
  return [bucket.split(/[ /]/).at(-1), prefix].filter(Boolean).join("/");
}

/** Makes everything that a cell holds be uploaded. */
export function flushAll(name: string, { logs, traces, ...metrics }: Cell): string[] {
  const stores = { metrics, logs, traces };
  return SIGNALS.flatMap((signal) => {
    const store = stores[signal];
    return store ? recordedBackend(signal, store).flush(name) : [];
  });
}
