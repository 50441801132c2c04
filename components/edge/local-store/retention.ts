import type { EnforcedLimits } from "../../backends/backend";
import {
  retentionFlags,
  retentionShown,
  THANOS_FLAGS_PATH,
  type RetentionDays,
} from "../../backends/thanos/program/retention";
import { THANOS_HTTP_PORT } from "../../contract/places";
import { THANOS_COMPACTOR } from "./config";

/** The pod that deletes what an edge has kept for long enough, and its HTTP port. */
export const LOCAL_COMPACTOR = { role: THANOS_COMPACTOR, port: THANOS_HTTP_PORT } as const;

/** How long an edge that keeps its metrics should keep them, and how its compactor shows it. */
export function localRetention(
  tenant: string,
  days: RetentionDays,
): Pick<EnforcedLimits, "byTenant" | "read"> {
  return {
    byTenant: { [tenant]: retentionFlags(days) },
    async read(ask) {
      const { status, body } = await ask({ path: THANOS_FLAGS_PATH });
      if (status !== 200)
        throw new Error(`the compactor answers ${status} at ${THANOS_FLAGS_PATH}`);
      return { [tenant]: retentionShown(body) };
    },
  };
}
