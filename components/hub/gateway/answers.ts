import { WRITE_PATHS } from "../../contract/hub";

/**
 * Agents drop a batch that is answered with 4xx and keep one that is answered with 5xx, so the gateway answers 503 wherever a client may have data
 * that somebody can still rescue by mending a certificate, the inventory, or the client's configuration.
 */
export interface GatewayAnswer {
  readonly status: number;
  readonly when: string;
  readonly whyNothingIsLost: string;
}

/** What NGINX itself would answer with a 4xx (its own 494 to 497 included), and what it answers instead. */
export interface Refusal extends GatewayAnswer {
  readonly name: string;
  readonly codes: readonly number[];
  /** First line of the body; agents log it. */
  readonly text: string;
}

const RETRIED = "a client that writes retries 5xx until it is let in";

export const REFUSALS: readonly Refusal[] = [
  {
    name: "certificate",
    codes: [495, 496],
    status: 503,
    text: "client certificate refused: $ssl_client_verify",
    when: "the client certificate is from another CA, expired, or not valid yet; where its signature is wrong and the handshake comes in pieces, NGINX closes the connection instead",
    whyNothingIsLost: `${RETRIED}, and a closed connection like 5xx`,
  },
  {
    name: "malformed",
    codes: [400, 414, 494, 497],
    status: 503,
    text: `not a request that this port understands: HTTPS, POST ${WRITE_PATHS.metrics}`,
    when: "the request is no HTTP, plain HTTP, or its address or headers are too long",
    whyNothingIsLost: `${RETRIED}: a wrong scheme or a proxy in between can be mended`,
  },
  {
    name: "too-large",
    codes: [413],
    status: 413,
    text: "the body is larger than the backends take",
    when: "the body is larger than 100 MiB",
    whyNothingIsLost:
      "the backend would refuse it too, and no retry would help; agents send at most 2000 samples at a time, below 2 MB",
  },
];

/** Every 4xx that a client can get from the gateway, and the cases that became 503. Tested against the real NGINX. */
export const ANSWERS: readonly GatewayAnswer[] = [
  ...REFUSALS,
  { status: 503, when: "no client certificate", whyNothingIsLost: RETRIED },
  {
    status: 503,
    when: "the certificate is good, but its subject is not listed: unknown, revoked, or of an older key generation",
    whyNothingIsLost: RETRIED,
  },
  {
    status: 503,
    when: `POST to a path other than ${WRITE_PATHS.metrics}`,
    whyNothingIsLost: `${RETRIED} at the right path`,
  },
  {
    status: 405,
    when: "a method other than POST, on any path: all reads",
    whyNothingIsLost: "it carries no data: agents write with POST",
  },
];

/** Status codes of the backend that pass unchanged: they are its own say about the data. */
export const BACKEND_ANSWERS: readonly GatewayAnswer[] = [
  {
    status: 400,
    when: "Mimir refuses samples for good: older than the out-of-order window, too many series or labels, not decodable",
    whyNothingIsLost:
      "the limits derive from the inventory, so that samples of a configured outage and twice the expected series are taken",
  },
  {
    status: 429,
    when: "the tenant's ingestion rate is used up",
    whyNothingIsLost: "agents are configured with retry_on_http_429",
  },
];
