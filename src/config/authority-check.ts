import type { Issue } from "@heliograph/heliograph";
import type { HubSection } from "./hub-schema";

/**
 * Contradictions among what the hub says of its CA and its certificates. Whether a change comes in
 * its turn is another question: see `rotation`.
 */
export function authorityIssues({ authority, certificates }: HubSection): Issue[] {
  const { trusted, signing } = authority;
  const { days, renewBeforeDays } = certificates;
  const issues: Issue[] = [];
  if (new Set(trusted).size < trusted.length) {
    issues.push({
      path: ["hub", "authority", "trusted"],
      got: trusted,
      expected: "each generation once",
      example: [...new Set(trusted)],
    });
  }
  if (!trusted.includes(signing)) {
    issues.push({
      path: ["hub", "authority", "signing"],
      got: signing,
      expected: `a generation of \`trusted\`: ${trusted.join(" or ")}`,
      example: trusted[0],
    });
  }
  if (renewBeforeDays > days) {
    issues.push({
      path: ["hub", "certificates", "renewBeforeDays"],
      got: renewBeforeDays,
      expected: `at most ${days}, the days for which certificates are valid`,
      example: Math.ceil(days / 4),
    });
  }
  return issues;
}
