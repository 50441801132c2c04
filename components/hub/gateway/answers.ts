import type { BackendAnswer, Protocol } from "../../backends/backend";
import { isGrpc, postTo, type IngestLocation } from "./ingest";

/**
 * Clients drop data that is answered with one status and keep data that is answered with another.
 * The gateway answers 503, which all of them keep, wherever somebody can still rescue the data by
 * fixing a certificate, the inventory, a backend, or the client's configuration.
 */
export interface GatewayAnswer {
  readonly status: number;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/**
 * How clients take an answer other than 2xx. Prometheus and the collector over HTTP were observed;
 * of the collector over gRPC the documentation was read.
 */
export interface ProtocolClient {
  readonly protocol: Protocol;
  readonly client: string;
  readonly keeps: string;
  readonly drops: string;
}

const PROTOCOL_CLIENTS: readonly ProtocolClient[] = [
  {
    protocol: "remote write",
    client: "Prometheus",
    keeps: "5xx; 429, as our agents are configured (`retry_on_http_429`)",
    drops: "every other 4xx",
  },
  {
    protocol: "OTLP/HTTP",
    client: "OpenTelemetry collector (`otlphttp`)",
    keeps: "429, 502, 503, 504",
    drops: "everything else, 500 too",
  },
  {
    protocol: "OTLP/gRPC",
    client: "OpenTelemetry collector (`otlp`)",
    keeps: "HTTP 429, 502, 503, 504; gRPC's UNAVAILABLE and a few more",
    drops: "everything else, RESOURCE_EXHAUSTED without a delay too",
  },
];

/** Clients of every protocol, in the order of the locations. */
export function clients(locations: readonly IngestLocation[]): ProtocolClient[] {
  const own = locations.flatMap(({ protocol, takenBy }) =>
    takenBy.flatMap(({ ingest }) => (ingest.clients ?? []).map((each) => ({ protocol, ...each }))),
  );
  const protocols = [...new Set(locations.map(({ protocol }) => protocol))];
  return protocols.flatMap((protocol) =>
    [...PROTOCOL_CLIENTS, ...own].filter((each) => each.protocol === protocol),
  );
}

/**
 * Cases that NGINX would answer with a 4xx (its own 494 to 497 included), and its answer instead.
 */
export interface Refusal extends GatewayAnswer {
  readonly name: string;
  readonly codes: readonly number[];
  /** First line of the body; agents log it. */
  readonly text: string;
}

const RETRIED = "a client that writes retries 503 until it is let in";

export const refusals = (locations: readonly IngestLocation[]): readonly Refusal[] => [
  {
    name: "certificate",
    codes: [495, 496],
    status: 503,
    text: "client certificate refused: $ssl_client_verify",
    when: "the client certificate is from another CA, expired, or not valid yet; where its signature is wrong and the handshake comes in pieces, NGINX closes the connection instead",
    whyNothingIsLost: `${RETRIED}, and a closed connection like 503`,
  },
  {
    name: "malformed",
    codes: [400, 414, 494, 497],
    status: 503,
    text: `not a request that this port understands: HTTPS, POST ${postTo(locations)}`,
    when: "the request is no HTTP, plain HTTP, or its address or headers are too long",
    whyNothingIsLost: `${RETRIED}: a wrong scheme or a proxy in between can be fixed`,
  },
  {
    name: "too-large",
    codes: [413],
    status: 413,
    text: "the body is larger than the backends take",
    when: "the body is larger than the backend takes, as in the table above",
    whyNothingIsLost:
      "the backend would refuse it too, and no retry would help; agents send at most 2000 samples at a time, below 2 MB, and collectors batches of a few MB",
  },
];

/** Answers of backends to OTLP/HTTP for which the collector would drop data that is good. */
export const RETRIED_INSTEAD = [401, 403, 404, 405, 415, 500, 501] as const;
export const BACKEND_REFUSAL = {
  name: "backend",
  status: 503,
  text: "the backend could not take it now: it answered $upstream_status",
} as const;

/**
 * Every 4xx that a client can get from the gateway, and the cases that became 503. Tested against
 * the real NGINX.
 */
export const gatewayAnswers = (locations: readonly IngestLocation[]): readonly GatewayAnswer[] => [
  ...refusals(locations),
  {
    status: 400,
    when: "the body breaks the rules of HTTP itself (a broken chunk), with OTLP; elsewhere this is 503",
    whyNothingIsLost: "no client that works sends such a body",
  },
  { status: 503, when: "no client certificate", whyNothingIsLost: RETRIED },
  {
    status: 503,
    when: "the certificate is good, but its subject is not listed: unknown, revoked, or of an older key generation",
    whyNothingIsLost: RETRIED,
  },
  {
    status: 503,
    when: "the edge's cell does not store this signal",
    whyNothingIsLost: "a client that writes retries 503 until the cell has a place for it",
  },
  {
    status: 503,
    when: "POST to any other path, gRPC of any other service too",
    whyNothingIsLost: `${RETRIED} at the right path`,
  },
  {
    status: 405,
    when: "a method other than POST, on any path: all reads",
    whyNothingIsLost: "it carries no data: agents write with POST",
  },
];

/** An answer of backends, and what of it reaches the client. */
export interface BackendAnswerRow {
  /** Titles of the backends. */
  readonly from: readonly string[];
  readonly protocols: readonly Protocol[];
  readonly status: string;
  readonly becomes: string;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/** Answers of every backend, and then those that all backends give. */
export function backendAnswers(locations: readonly IngestLocation[]): BackendAnswerRow[] {
  const own = locations.flatMap(({ protocol, takenBy }) =>
    takenBy.flatMap(({ backend, ingest }) =>
      ingest.answers.map((answer) => ({ from: backend.title, protocol, answer })),
    ),
  );
  const keyOf = (answer: BackendAnswer) => JSON.stringify(answer);
  const rows = unique(own.map(({ answer }) => keyOf(answer))).map((key): BackendAnswerRow => {
    const same = own.filter(({ answer }) => keyOf(answer) === key);
    return {
      from: unique(same.map(({ from }) => from)),
      protocols: unique(same.map(({ protocol }) => protocol)),
      ...(JSON.parse(key) as BackendAnswer),
    };
  });
  const http = locations.filter((location) => !isGrpc(location));
  const common = COMMON.map(({ of, ...answer }) => ({ of: http.filter(of), answer }));
  return [
    ...rows,
    ...[
      ...common,
      { of: [...locations], answer: UNREACHABLE },
      { of: locations.filter(isGrpc), answer: OVER_GRPC },
    ]
      .filter(({ of }) => of.length > 0)
      .map(({ of, answer }) => ({
        from: unique(of.flatMap(({ takenBy }) => takenBy.map(({ backend }) => backend.title))),
        protocols: unique(of.map(({ protocol }) => protocol)),
        ...answer,
      })),
  ];
}

const isOtlp = ({ protocol }: IngestLocation) => protocol.startsWith("OTLP");

/** Over HTTP. `of`: at which locations. */
const COMMON = [
  {
    of: () => true,
    status: "429",
    becomes: "429",
    when: "the tenant's rate is used up, or it has too many series",
    whyNothingIsLost:
      "every client keeps it: Prometheus by our configuration, the others by themselves",
  },
  {
    of: isOtlp,
    status: RETRIED_INSTEAD.join(", "),
    becomes: "503",
    when: "the backend fails, or another one than was meant: nothing about the data",
    whyNothingIsLost: "collectors would drop it for each of these, and keep it for 503",
  },
  {
    of: (location: IngestLocation) => !isOtlp(location),
    status: "5xx",
    becomes: "the same",
    when: "the backend fails",
    whyNothingIsLost: "Prometheus, Promtail and Fluent Bit keep every 5xx",
  },
] as const;

const UNREACHABLE = {
  status: "none",
  becomes: "502, 504",
  when: "the backend cannot be reached, or does not answer in time",
  whyNothingIsLost: "every client keeps it",
} as const;

const OVER_GRPC = {
  status: "any gRPC status",
  becomes: "the same",
  when: "whatever the backend says over gRPC: NGINX cannot rewrite trailers",
  whyNothingIsLost:
    "it may be lost: a rate that is used up, and the backend's own faults, have codes that clients drop. Edges of Heliograph send OTLP/HTTP",
} as const;

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
