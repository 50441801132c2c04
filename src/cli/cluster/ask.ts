import type { Ask } from "@heliograph/heliograph/model";
import { request, type Endpoint } from "./http";

/** By this header a backend knows whose data is meant; several tenants are `a|b`. */
const TENANT_HEADER = "x-scope-orgid";

/** Sends the requests of a backend's reader to an endpoint behind the gateway. */
export function askAt(endpoint: Endpoint): Ask {
  return ({ tenants, headers, body, ...rest }) =>
    request({
      ...endpoint,
      ...rest,
      headers: { ...headers, ...(tenants && { [TENANT_HEADER]: tenants.join("|") }) },
      ...(body !== undefined && { body: Buffer.from(body) }),
    });
}
