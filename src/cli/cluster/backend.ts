import { request, type Endpoint, type Response } from "./http";

/** In milliseconds since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A backend's own interface, as seen from behind the gateway: the caller says which tenants it means. */
export abstract class Backend {
  protected abstract readonly title: string;

  constructor(protected readonly endpoint: Endpoint) {}

  /** `tenant`: whose view it is, where there is one for each; `a|b` for several. */
  async text(path: string, tenant?: string): Promise<string> {
    const { status, body } = await this.get(path, tenant);
    if (status !== 200) throw this.refused(path, { status, body });
    return body;
  }

  protected get(path: string, tenant?: string): Promise<Response> {
    const headers = tenant === undefined ? undefined : { "x-scope-orgid": tenant };
    return request({ ...this.endpoint, path, headers });
  }

  protected refused(path: string, { status, body }: Response): Error {
    return new Error(`${this.title} answers ${status} at ${path}: ${body.slice(0, 200)}`);
  }
}
