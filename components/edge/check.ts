import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../contract/names";
import { AGENT_REPLICAS } from "../contract/places";
import { DURATION, DURATION_EXPECTED, toSeconds } from "../kit/duration";
import type { Problem } from "../kit/problems";
import { QUANTITY, QUANTITY_EXPECTED } from "../kit/quantity";
import type { EdgeAgentArgs } from "./args";
import { sourceProblems } from "./metrics/sources/args";
import { thanosFaults } from "./local-store/args";
import { telemetryProblems, type TelemetryProblem } from "./check-telemetry";

/** The name of a namespace has 63 characters, and `-node` is added to this one. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,56}[a-z0-9])?$/;

type Check = readonly [
  path: string,
  got: unknown,
  fits: boolean,
  expected: string,
  example: unknown,
];

/** Everything that is wrong with the arguments, at once. What only the engine knows is checked when it is known: see `pemProblems`. */
export function problemsOf(args: EdgeAgentArgs): Problem[] {
  const { hub } = args;
  const name = (path: string, got: string, example: string): Check => [
    path,
    got,
    DNS_LABEL.test(got),
    DNS_LABEL_EXPECTED,
    example,
  ];
  const duration = (path: string, got: string | undefined, example: string): Check => [
    path,
    got,
    got === undefined || (DURATION.test(got) && toSeconds(got) > 0),
    DURATION_EXPECTED,
    example,
  ];
  const count = (path: string, got: number | undefined, example: number): Check => [
    path,
    got,
    got === undefined || (Number.isInteger(got) && got > 0),
    "a whole number above 0",
    example,
  ];
  const checks: Check[] = [
    name("cluster", args.cluster, "dev"),
    name("environment", args.environment, "dev"),
    ["region", args.region, args.region !== "", "the region of the cluster", "uaenorth"],
    name("clusterType", args.clusterType, "workload"),
    name("tenantId", args.tenantId, "dev"),
    [
      "hub.url",
      hub.url,
      isGatewayUrl(hub.url),
      "an https address without a path",
      "https://ingest.ops.example.com",
    ],
    [
      "hub.serverName",
      hub.serverName,
      hub.serverName !== "",
      "the name in the gateway's certificate",
      "ingest.ops.example.com",
    ],
    [
      "replicas",
      args.replicas,
      args.replicas === undefined || isOneOf(AGENT_REPLICAS, args.replicas),
      `a number of agents: ${AGENT_REPLICAS.join(" or ")}`,
      2,
    ],
    [
      "hub.deduplicates",
      hub.deduplicates,
      hub.deduplicates !== false || (args.replicas ?? 1) === 1,
      "true, since there are 2 agents: every sample would be stored twice",
      true,
    ],
    [
      "namespace",
      args.namespace,
      args.namespace === undefined || NAMESPACE.test(args.namespace),
      "the name of a namespace, at most 58 characters",
      "heliograph",
    ],
    duration("outage", args.outage, "6h"),
    duration("scrapeInterval", args.scrapeInterval, "15s"),
    count("activeSeries", args.activeSeries, 200_000),
    count("logBytesPerSecond", args.logBytesPerSecond, 100_000),
    count("spansPerSecond", args.spansPerSecond, 200),
    count("nodes", args.nodes, 3),
    [
      "bufferDisk",
      args.bufferDisk,
      args.bufferDisk === undefined || QUANTITY.test(args.bufferDisk),
      QUANTITY_EXPECTED,
      "20Gi",
    ],
  ];
  return [
    ...checks
      .filter(([, , fits]) => !fits)
      .map(([path, got, , expected, example]) => ({
        path,
        got,
        expected,
        paste: pasteLine(path, example),
      })),
    ...sourceProblems(args.sources ?? {}),
    ...telemetryProblems(args).map(asProblem),
    ...(args.thanos ? thanosFaults(args.thanos) : []).map(({ field, got, expected, example }) => ({
      path: `thanos.${field}`,
      got,
      expected,
      paste: example === undefined ? `// remove ${field}` : pasteLine(`thanos.${field}`, example),
    })),
  ];
}

/** `["logs", "drop", 0, "pattern"]` -> `logs.drop[0].pattern` */
function asProblem({ path, got, expected, example }: TelemetryProblem): Problem {
  const shown = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return {
    path: shown.slice(1),
    got,
    expected,
    paste: `${path.at(-1)}: ${JSON.stringify(example)}`,
  };
}

function isOneOf(numbers: readonly number[], number: number): boolean {
  return numbers.includes(number);
}

function isGatewayUrl(url: string): boolean {
  return URL.canParse(url) && url === `https://${new URL(url).host}`;
}

/** `hub.url` -> `hub: { url: "..." }` */
function pasteLine(path: string, example: unknown): string {
  const [first, second] = path.split(".");
  return second
    ? `${first}: { ${second}: ${JSON.stringify(example)} }`
    : `${first}: ${JSON.stringify(example)}`;
}

/** What the parts of the identity are, between their dashes. */
export const PEM_KINDS = {
  certificate: "CERTIFICATE",
  privateKey: "PRIVATE KEY",
  trustBundle: "CERTIFICATE",
} as const;

/** The value is not repeated: it may be a key. */
export function pemProblems(field: keyof typeof PEM_KINDS, pem: string): Problem[] {
  const kind = PEM_KINDS[field];
  if (new RegExp(`^-----BEGIN ([A-Z]+ )?${kind}-----$`, "m").test(pem)) return [];
  const path = `hub.${field}`;
  return [
    {
      path,
      expected: `PEM with a ${kind.toLowerCase()}`,
      paste: pasteLine(path, `-----BEGIN ${kind}-----...`),
    },
  ];
}
