import type { MetricsBackend } from "../../contract/names";
import { programOf, type MetricsProgram } from "../../backends/kit/rings/program";
import { RETRIED_INSTEAD } from "./answers";
import { UPSTREAMS, type Upstream, type WritePath } from "./write-paths";

/** Host and port of what a cell stores in; left out where it does not store that. */
export interface CellUpstreams extends Readonly<Partial<Record<Upstream, string>>> {
  /** Defaults to `mimir`. */
  readonly metricsBackend?: MetricsBackend;
}

const nameOf = (upstream: Upstream, cell: string) => `${upstream}-${cell}`;

/** Blocks that locations name by their variables. */
export function upstreams(cells: Readonly<Record<string, CellUpstreams>>): string {
  return Object.entries(cells)
    .flatMap(([cell, addresses]) =>
      UPSTREAMS.filter((upstream) => addresses[upstream]).map(
        (upstream) =>
          `  upstream ${nameOf(upstream, cell)} {\n    server ${addresses[upstream]};\n    keepalive 32;\n  }`,
      ),
    )
    .join("\n");
}

/** For each upstream a variable of its name: where the client's cell has it, or nothing. A cell may be called `default`, hence the colon. */
export function upstreamMaps(
  ways: readonly WritePath[],
  cells: Readonly<Record<string, CellUpstreams>>,
): string {
  return unique(ways.map(({ upstream }) => upstream))
    .map((upstream) => {
      const here = Object.entries(cells).filter(
        ([, addresses]) => addresses[upstream] !== undefined,
      );
      return map(`":$cell"`, upstream, [
        [`default`, `""`],
        ...here.map(([cell]): [string, string] => [`":${cell}"`, nameOf(upstream, cell)]),
      ]);
    })
    .join("\n");
}

/** What differs by the program that stores a cell's metrics: its name, and the paths that it is written at. */
export function metricsMaps(
  ways: readonly WritePath[],
  cells: Readonly<Record<string, CellUpstreams>>,
): string {
  const byCell = (variable: string, of: (program: MetricsProgram) => string) => {
    const others = Object.entries(cells).flatMap(
      ([cell, { metricsBackend: backend }]): [string, string][] =>
        backend ? [[`":${cell}"`, of(programOf({ backend }))]] : [],
    );
    return map(`":$cell"`, variable, [["default", of(programOf({}))], ...others]);
  };
  return [
    byCell("metrics_backend", ({ backend }) => backend.name),
    ...ways.flatMap(({ at }) =>
      at ? [byCell(pathVariable(at), ({ writePaths }) => writePaths[at])] : [],
    ),
  ].join("\n");
}

const pathVariable = (at: NonNullable<WritePath["at"]>) => `metrics_${at}`;

/** Which signal a request brings, and how, whatever became of it, and whose answer it then is. */
export function signalMaps(ways: readonly WritePath[]): string {
  const byPath = (of: (way: WritePath) => string) =>
    ways.map((way): [string, string] => [`"~^${way.path.replaceAll(".", "\\.")}(\\?|$)"`, of(way)]);
  const backends = unique(ways.map(({ signal, upstream }) => `${signal} ${backendOf(upstream)}`));
  return [
    map("$request_uri", "signal", [["default", `""`], ...byPath(({ signal }) => signal)]),
    map("$request_uri", "protocol", [
      ["default", `""`],
      ...byPath(({ protocol }) => `"${protocol}"`),
    ]),
    map("$signal", "backend", [
      ["default", `""`],
      ...backends.map((row) => row.split(" ") as [string, string]),
    ]),
    map("$upstream_status", "answered_by", [
      ["default", "$backend"],
      [`""`, "gateway"],
    ]),
  ].join("\n");
}

const backendOf = (upstream: Upstream) =>
  upstream === "metrics" ? "$metrics_backend" : upstream.replace(/_.*/, "");

function map(key: string, variable: string, rows: readonly (readonly [string, string])[]): string {
  return [`  map ${key} $${variable} {`, ...rows.map((row) => `    ${row.join(" ")};`), "  }"].join(
    "\n",
  );
}

/** One location for each way in. What is passed on of a request is said once, for all of them. */
export function locations(ways: readonly WritePath[]): string {
  return ways.map(location).join("\n\n");
}

function location({ path, signal, protocol, upstream, at, maxBodyBytes }: WritePath): string {
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
    `      ${protocol === "OTLP/gRPC" ? "grpc_pass grpc" : "proxy_pass http"}://$${upstream}${at ? `$${pathVariable(at)}` : ""};`,
    ...(protocol === "OTLP/HTTP" ? ANOTHER_ANSWER : []),
    "    }",
  ].join("\n");
}

/** A location with an `error_page` of its own has none of the server's. gRPC's status is in trailers, where it stays as it is. */
const ANOTHER_ANSWER = [
  "      proxy_intercept_errors on;",
  `      error_page ${RETRIED_INSTEAD.join(" ")} =503 /refused/backend;`,
  "      error_page 413 =413 /refused/too-large;",
];

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
