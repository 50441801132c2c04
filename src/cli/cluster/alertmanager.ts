import { type Labels, type Matcher, matcherText } from "@heliograph/heliograph/model";
import { type Endpoint, request } from "./http";

/** What is to be muted, from when to when, and who says so. */
export interface SilenceRequest {
  readonly matchers: readonly Matcher[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly createdBy: string;
  readonly comment: string;
}

/** A silence as Alertmanager answers it. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
}

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isEqual: boolean;
  readonly isRegex: boolean;
}

/** An alert that fires. */
export interface FiringAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  /** Those that routes give it to, whether or not something mutes it. */
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    /** Silences that mute it. */
    readonly silencedBy: readonly string[];
    /** Fingerprints of alerts that mute it, by an inhibition. */
    readonly inhibitedBy: readonly string[];
  };
}

/** An alert as rulers send it. */
export interface SentAlert {
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: Date;
}

/** What one says of itself, as far as it is looked at. */
export interface AlertmanagerStatus {
  /** One that is alone gossips with nobody, and has no list. */
  readonly cluster: { readonly peers?: readonly unknown[] };
  /** As it runs, without secrets. */
  readonly config: { readonly original: string };
}

/** One of a hub's Alertmanagers. What one of them is told, the others learn from it. */
export class Alertmanager {
  constructor(private readonly endpoint: Endpoint) {}

  async status(): Promise<AlertmanagerStatus> {
    return (await this.ask("GET", "/status")) as AlertmanagerStatus;
  }

  /** Its own, in the text format. */
  async metrics(): Promise<string> {
    const { status, body } = await request({ ...this.endpoint, path: "/metrics" });
    if (status !== 200) throw new Error(`Alertmanager answers ${status} to GET /metrics`);
    return body;
  }

  /** The others do not learn of alerts: whoever has some sends them to each. */
  async send(alerts: readonly SentAlert[]): Promise<void> {
    await this.ask("POST", "/alerts", alerts);
  }

  async silences(): Promise<Silence[]> {
    return (await this.ask("GET", "/silences")) as Silence[];
  }

  /** Gives the id of the silence. */
  async silence({ matchers, startsAt, endsAt, ...said }: SilenceRequest): Promise<string> {
    const answer = await this.ask("POST", "/silences", {
      ...said,
      matchers: matchers.map(({ name, operator, value }) => ({
        name,
        value,
        isEqual: operator === "=" || operator === "=~",
        isRegex: operator.endsWith("~"),
      })),
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
    });
    return (answer as { readonly silenceID: string }).silenceID;
  }

  async endSilence(id: string): Promise<void> {
    await this.ask("DELETE", `/silence/${encodeURIComponent(id)}`);
  }

  /** Those that fire, of which everything holds. */
  async alerts(matchers: readonly Matcher[] = []): Promise<FiringAlert[]> {
    const filters = new URLSearchParams(matchers.map((each) => ["filter", matcherText(each)]));
    return (await this.ask("GET", `/alerts?${filters.toString()}`)) as FiringAlert[];
  }

  private async ask(
    method: "GET" | "POST" | "DELETE",
    path: string,
    json?: object,
  ): Promise<unknown> {
    const { status, body } = await request({
      ...this.endpoint,
      method,
      path: `/api/v2${path}`,
      ...(json && {
        headers: { "content-type": "application/json" },
        body: Buffer.from(JSON.stringify(json)),
      }),
    });
    if (status !== 200)
      throw new Error(`Alertmanager answers ${status} to ${method} ${path}: ${body.slice(0, 300)}`);
    return body === "" ? undefined : JSON.parse(body);
  }
}

/** As Alertmanager writes it. */
export function silenceText({ matchers }: Pick<Silence, "matchers">): string {
  const texts = matchers.map(({ name, value, isEqual, isRegex }) => {
    const operator = isRegex ? (isEqual ? "=~" : "!~") : isEqual ? "=" : "!=";
    return matcherText({ name, operator, value });
  });
  return texts.join(", ");
}
