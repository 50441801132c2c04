import type { AddressName } from "../../backends/backend";
import { backendsOf } from "../../backends/registry";
import { SIGNALS, type Signal } from "../../contract/names";
import { RETRIED_INSTEAD } from "./answers";
import { isGrpc, type IngestLocation } from "./ingest";

/** The backend that stores a signal of a cell, and host and port of each of its addresses. */
export interface Upstream {
  readonly backend: string;
  readonly addresses: Readonly<Partial<Record<AddressName, string>>>;
}

/** By signal. A signal that the cell does not store is left out. */
export type CellUpstreams = Readonly<Partial<Record<Signal, Upstream>>>;

type Cells = Readonly<Record<string, CellUpstreams>>;

/** Names of NGINX have no hyphen. A signal with one backend is called as that is. */
function nameOf(signal: Signal, port: AddressName): string {
  const [first, ...others] = backendsOf(signal);
  const name = others.length === 0 && first ? variableName(first.name) : signal;
  return port === "http" ? name : `${name}_${port}`;
}

const variableName = (text: string) => text.replaceAll(/[^a-z0-9]/g, "_");

const blockOf = (signal: Signal, port: AddressName, cell: string) =>
  `${nameOf(signal, port)}-${cell}`;

const PORTS: readonly AddressName[] = ["http", "grpc"];

/** Blocks that locations name by their variables. */
export function upstreams(cells: Cells): string {
  return Object.entries(cells)
    .flatMap(([cell, stored]) =>
      SIGNALS.flatMap((signal) =>
        PORTS.flatMap((port) => {
          const address = stored[signal]?.addresses[port];
          if (address === undefined) return [];
          const block = blockOf(signal, port, cell);
          return [`  upstream ${block} {\n    server ${address};\n    keepalive 32;\n  }`];
        }),
      ),
    )
    .join("\n");
}

/** The variable with the upstream of a location: the same one where the same backends take it. */
function upstreamVariable({ signal, port, takenBy }: IngestLocation): string {
  if (takenBy.length === backendsOf(signal).length) return nameOf(signal, port);
  const names = takenBy.map(({ backend }) => variableName(backend.name));
  return port === "http" ? names.join("_") : [...names, port].join("_");
}

/**
 * For each location a variable: the upstream of the client's cell, or nothing where the cell has no
 * backend that takes it. A cell may be called `default`, hence the colon.
 */
export function upstreamMaps(locations: readonly IngestLocation[], cells: Cells): string {
  const byVariable = new Map(
    locations.map((location) => [upstreamVariable(location), location] as const),
  );
  return [...byVariable]
    .map(([variable, { signal, port, takenBy }]) => {
      const here = Object.entries(cells).filter(([, stored]) => {
        const upstream = stored[signal];
        return (
          upstream?.addresses[port] !== undefined &&
          takenBy.some(({ backend }) => backend.name === upstream.backend)
        );
      });
      return map(`":$cell"`, variable, [
        [`default`, `""`],
        ...here.map(([cell]): [string, string] => [`":${cell}"`, blockOf(signal, port, cell)]),
      ]);
    })
    .join("\n");
}

/**
 * Of signals with several backends: the name of the cell's one, and the paths at which it takes
 * writes.
 */
export function backendMaps(locations: readonly IngestLocation[], cells: Cells): string {
  const byCell = (
    signal: Signal,
    variable: string,
    fallback: string,
    of: (backend: string) => string | undefined,
  ) => {
    const [first] = backendsOf(signal);
    const others = Object.entries(cells).flatMap(([cell, stored]): [string, string][] => {
      const backend = stored[signal]?.backend;
      const value = backend === undefined || backend === first?.name ? undefined : of(backend);
      return value === undefined ? [] : [[`":${cell}"`, value]];
    });
    return map(`":$cell"`, variable, [["default", fallback], ...others]);
  };
  return SIGNALS.flatMap((signal) => {
    const [first, ...others] = backendsOf(signal);
    if (!first || others.length === 0) return [];
    return [
      byCell(signal, `${signal}_backend`, first.name, (backend) => backend),
      ...locations
        .filter((location) => location.signal === signal && pathsDiffer(location))
        .map((location) => {
          const backendPath = location.takenBy[0]?.backendPath ?? location.path;
          return byCell(signal, pathVariable(location), backendPath, (name) =>
            pathOf(location, name),
          );
        }),
    ];
  }).join("\n");
}

function pathOf({ takenBy }: IngestLocation, name: string): string | undefined {
  return takenBy.find(({ backend }) => backend.name === name)?.backendPath;
}

const pathsDiffer = ({ takenBy }: IngestLocation) =>
  new Set(takenBy.map(({ backendPath }) => backendPath)).size > 1;

function pathVariable({ signal, path, protocol }: IngestLocation): string {
  const own = protocol.startsWith("OTLP") ? "otlp" : (path.split("/").at(-1) ?? "");
  return `${signal}_${variableName(own)}`;
}

/** Which signal a request brings, by which protocol, and who has answered it. */
export function signalMaps(locations: readonly IngestLocation[]): string {
  const byPath = (of: (location: IngestLocation) => string) =>
    locations.map((location): [string, string] => [
      `"~^${location.path.replaceAll(".", "\\.")}(\\?|$)"`,
      of(location),
    ]);
  const signals = SIGNALS.filter((signal) => locations.some((way) => way.signal === signal));
  return [
    map("$request_uri", "signal", [["default", `""`], ...byPath(({ signal }) => signal)]),
    map("$request_uri", "protocol", [
      ["default", `""`],
      ...byPath(({ protocol }) => `"${protocol}"`),
    ]),
    map("$signal", "backend", [
      ["default", `""`],
      ...signals.map((signal) => [signal, backendValue(signal)] as const),
    ]),
    map("$upstream_status", "answered_by", [
      ["default", "$backend"],
      [`""`, "gateway"],
    ]),
  ].join("\n");
}

function backendValue(signal: Signal): string {
  const [first, ...others] = backendsOf(signal);
  return others.length === 0 && first ? first.name : `$${signal}_backend`;
}

function map(key: string, variable: string, rows: readonly (readonly [string, string])[]): string {
  return [`  map ${key} $${variable} {`, ...rows.map((row) => `    ${row.join(" ")};`), "  }"].join(
    "\n",
  );
}

/** One block for each location. The headers that are passed on are set once, for all of them. */
export function locationBlocks(locations: readonly IngestLocation[]): string {
  return locations.map(locationBlock).join("\n\n");
}

function locationBlock(location: IngestLocation): string {
  const { path, signal, protocol, maxBodyBytes } = location;
  const upstream = upstreamVariable(location);
  return [
    `    location = ${path} {`,
    "      if ($request_method != POST) {",
    `        return 405 "$writes_only\\n";`,
    "      }",
    `      if ($tenant = "") {`,
    `        return 503 "$unknown_client\\n";`,
    "      }",
    `      if ($${upstream} = "") {`,
    `        return 503 "cell $cell of this hub stores no ${signal}\\n";`,
    "      }",
    `      client_max_body_size ${maxBodyBytes};`,
    `      ${isGrpc(location) ? "grpc_pass grpc" : "proxy_pass http"}://$${upstream}${passedPath(location)};`,
    ...(protocol === "OTLP/HTTP" ? ANOTHER_ANSWER : []),
    "    }",
  ].join("\n");
}

/** Nothing where the request's own path is passed on. */
function passedPath(location: IngestLocation): string {
  if (pathsDiffer(location)) return `$${pathVariable(location)}`;
  const [taker] = location.takenBy;
  return !taker || taker.backendPath === location.path ? "" : taker.backendPath;
}

/**
 * A location with an `error_page` of its own has none of the server's. gRPC's status is in
 * trailers, where it stays as it is.
 */
const ANOTHER_ANSWER = [
  "      proxy_intercept_errors on;",
  `      error_page ${RETRIED_INSTEAD.join(" ")} =503 /refused/backend;`,
  "      error_page 413 =413 /refused/too-large;",
];
