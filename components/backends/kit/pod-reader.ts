import type { Ask, BackendRequest, BackendResponse } from "../requests";

/**
 * A backend's own interface, seen from behind the gateway: the caller says which tenant it means.
 */
export abstract class PodReader {
  constructor(
    protected readonly title: string,
    private readonly send: Ask,
  ) {}

  /** Sends a request as it is. A status of any kind is an answer. */
  protected request(request: BackendRequest): Promise<BackendResponse> {
    return this.send(request);
  }

  /** Body of an answer 200. Throws for any other. */
  protected async text(path: string, tenants?: readonly string[]): Promise<string> {
    const response = await this.send({ path, tenants });
    if (response.status !== 200) throw this.unexpected(path, response);
    return response.body;
  }

  protected async json<T>(path: string, tenants?: readonly string[]): Promise<T> {
    return JSON.parse(await this.text(path, tenants)) as T;
  }

  protected unexpected(path: string, { status, body }: BackendResponse): Error {
    return new Error(`${this.title} answers ${status} at ${path}: ${body.slice(0, 200)}`);
  }

  /** What is wrong with an answer to a health check; undefined where nothing is. */
  protected async healthOf(
    request: BackendRequest,
    isHealthy: (body: string) => boolean,
  ): Promise<string | undefined> {
    const { status, body } = await this.send(request);
    if (status === 200 && isHealthy(body)) return undefined;
    return `answers ${status} to ${request.path}: ${body.slice(0, 200)}`;
  }
}

/** How far back data of tenants is looked for. */
export const LOOK_BACK_SECONDS = 3600;

/** Parameters `start` and `end` of the last hour. `unit`: zeros that follow the seconds. */
export function lastHour(unit = ""): string {
  const now = Math.ceil(Date.now() / 1000);
  return `start=${now - LOOK_BACK_SECONDS}${unit}&end=${now}${unit}`;
}

export const FORM = { "content-type": "application/x-www-form-urlencoded" } as const;

export function formOf(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString();
}
