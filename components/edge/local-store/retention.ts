import type { EnforcedLimits } from "../../backends/backend";
import {
  FEDERATION,
  FLAGS_PATH,
  retentionFlags,
  retentionShown,
  type RetentionDays,
} from "../../backends/federation";
import { LOCAL_STORE_COMPACTOR as role } from "./config";

/** The pod that deletes what an edge has kept for long enough, and its HTTP port. */
export const LOCAL_COMPACTOR = { role, port: FEDERATION.httpPort } as const;

/** How long an edge that keeps its metrics should keep them, and how its compactor shows it. */
export function localRetention(
  tenant: string,
  days: RetentionDays,
): Pick<EnforcedLimits, "byTenant" | "read"> {
  return {
    byTenant: { [tenant]: retentionFlags(days) },
    async read(ask) {
      const { status, body } = await ask({ path: FLAGS_PATH });
      if (status !== 200) throw new Error(`the compactor answers ${status} at ${FLAGS_PATH}`);
      return { [tenant]: retentionShown(body) };
    },
  };
}
