import type { BackendAnswer, Protocol } from "../../backends/backend";
import { isGrpc, postTo, type IngestLocation } from "./ingest";

/**
 * Clients drop data that is answered with one status and keep data that is answered with another.
 * The gateway answers 503, which all of them keep, wherever somebody can still rescue the data by
 * fixing a certificate, the inventory, a backend, or the client's configuration.
 */
interface GatewayAnswer {
  readonly status: number;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/**
 * How clients take an answer other than 2xx. Prometheus and the collector over HTTP were observed;
 * of the collector over gRPC the documentation was read.
 */
interface ProtocolClient {
  readonly protocol: Protocol;
  readonly client: string;
  readonly keeps: string;
  readonly drops: string;
}

const PROTOCOL_CLIENTS: readonly ProtocolClient[] = [
  {
    protocol: "remote write",
    client: "Prometheus",
    keeps: "5xx, and 429, because Heliograph's agents set `retry_on_http_429`",
    drops: "every other 4xx",
  },
  {
    protocol: "OTLP/HTTP",
    client: "OpenTelemetry collector (`otlphttp`)",
    keeps: "429, 502, 503, 504",
    drops: "every other status, also 500",
  },
  {
    protocol: "OTLP/gRPC",
    client: "OpenTelemetry collector (`otlp`)",
    keeps: "HTTP 429, 502, 503, 504; UNAVAILABLE and a few more statuses of gRPC",
    drops: "every other status, also RESOURCE_EXHAUSTED without a delay",
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
interface Rejection extends GatewayAnswer {
  readonly name: string;
  readonly codes: readonly number[];
  /** First line of the body; agents log it. */
  readonly text: string;
}

const RETRIED = "clients that write retry after a 503 until they are let in";

export const rejections = (locations: readonly IngestLocation[]): readonly Rejection[] => [
  {
    name: "certificate",
    codes: [495, 496],
    status: 503,
    text: "client certificate refused: $ssl_client_verify",
    when: "the client certificate is from another CA, expired, or not valid yet; if its signature is wrong and the handshake arrives in pieces, NGINX closes the connection instead",
    whyNothingIsLost: `${RETRIED}, and also after a closed connection`,
  },
  {
    name: "malformed",
    codes: [400, 414, 494, 497],
    status: 503,
    text: `not a request that this port understands: HTTPS, POST ${postTo(locations)}`,
    when: "the request is not HTTP, or is plain HTTP, or its address or headers are too long",
    whyNothingIsLost: `${RETRIED}; a wrong scheme or a proxy in between can be fixed`,
  },
  {
    name: "too-large",
    codes: [413],
    status: 413,
    text: "the body is larger than the backends take",
    when: "the body is larger than the backend accepts, as in the table above",
    whyNothingIsLost:
      "the backend would reject it too, and no retry would help; agents send at most 2000 samples at a time, less than 2 MB, and collectors send batches of a few MB",
  },
];

/** Answers of backends to OTLP/HTTP for which the collector would drop data that is good. */
export const RETRIED_INSTEAD = [401, 403, 404, 405, 415, 500, 501] as const;
export const BACKEND_REJECTION = {
  name: "backend",
  status: 503,
  text: "the backend could not take it now: it answered $upstream_status",
} as const;

/**
 * Every 4xx that a client can get from the gateway, and the cases that became 503. Tested against
 * the real NGINX.
 */
export const gatewayAnswers = (locations: readonly IngestLocation[]): readonly GatewayAnswer[] => [
  ...rejections(locations),
  {
    status: 400,
    when: "the body is invalid HTTP (a broken chunk), with OTLP; with other protocols this is 503",
    whyNothingIsLost: "no working client sends such a body",
  },
  { status: 503, when: "there is no client certificate", whyNothingIsLost: RETRIED },
  {
    status: 503,
    when: "the certificate is valid, but its subject is not listed: it is unknown, revoked, or of an older key generation",
    whyNothingIsLost: RETRIED,
  },
  {
    status: 503,
    when: "the edge's cell does not store this signal",
    whyNothingIsLost: "clients that write retry after a 503 until the cell stores the signal",
  },
  {
    status: 503,
    when: "a POST to any other path, also gRPC of any other service",
    whyNothingIsLost: `${RETRIED} at the right path`,
  },
  {
    status: 405,
    when: "a method other than POST on any path, so also every read",
    whyNothingIsLost: "such a request carries no data, because agents write with POST",
  },
];

/** An answer of backends, and what of it reaches the client. */
interface BackendAnswerRow {
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
    when: "the tenant has reached its rate limit or its limit of series",
    whyNothingIsLost:
      "every client keeps the data: Prometheus because Heliograph configures it so, the others by default",
  },
  {
    of: isOtlp,
    status: RETRIED_INSTEAD.join(", "),
    becomes: "503",
    when: "the backend fails, or another server answers; this says nothing about the data",
    whyNothingIsLost:
      "collectors would drop the data after these statuses, and keep it after a 503",
  },
  {
    of: (location: IngestLocation) => !isOtlp(location),
    status: "5xx",
    becomes: "the same",
    when: "the backend fails",
    whyNothingIsLost: "Prometheus, Promtail and Fluent Bit keep the data after every 5xx",
  },
] as const;

const UNREACHABLE = {
  status: "none",
  becomes: "502, 504",
  when: "the backend cannot be reached, or does not answer in time",
  whyNothingIsLost: "every client keeps the data",
} as const;

const OVER_GRPC = {
  status: "any gRPC status",
  becomes: "the same",
  when: "any answer of the backend over gRPC, because NGINX cannot rewrite trailers",
  whyNothingIsLost:
    "data may be lost: after the codes for a reached rate limit and for failures of the backend itself, clients drop it. Therefore edges of Heliograph send OTLP/HTTP",
} as const;

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
