import type { HubContractEdge } from "@heliograph/heliograph/model";
import type { CheckResult } from "./check";

export interface SubjectReport {
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
}

export interface HubReport extends SubjectReport {
  readonly hub: string;
}

export interface EdgeReport extends SubjectReport {
  readonly edge: string;
  readonly state: HubContractEdge["state"] | "not listed";
}

/** What `--json` prints. */
export interface Verification {
  readonly ok: boolean;
  readonly hubs: readonly HubReport[];
  readonly edges: readonly EdgeReport[];
}

export function subjectReport(checks: readonly CheckResult[]): SubjectReport {
  return { ok: checks.every(({ ok }) => ok), checks };
}
