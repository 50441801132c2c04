/**
 * Proves: rules on log lines are LogQL, and tell people what to do. Does not prove: when they fire;
 * test/programs/loki-rules.test.ts does, with the real Loki.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveLogAlerts } from "../../../components/hub/log-alert-args";
import { logAlertGroups } from "../../../components/rules/log-alerts";
import { LogqlExpression } from "../../../components/rules/logql-syntax";

const alerts = resolveLogAlerts({
  patterns: { payments: { query: '{app="a"}\n  |= "failed"', severity: "critical", team: "pay" } },
});
const rules = logAlertGroups(alerts!, "dev", "https://runbooks/#").flatMap((group) => group.rules);

describe("rules on log lines", () => {
  it.each(rules.map(({ expr }) => expr))("are LogQL: %s", (expr) => {
    const { syntaxIssue, selectsLines } = new LogqlExpression(expr);
    expect([syntaxIssue, selectsLines]).toEqual([undefined, false]);
  });

  it("say whose they are", () => {
    expect(rules.map((rule) => ("alert" in rule ? [rule.alert, rule.labels] : []))).toEqual([
      ["LogErrorsRising", { tenant_id: "dev", severity: "warning" }],
      ["LogPatternFound", { tenant_id: "dev", severity: "warning", pattern: "oom" }],
      ["LogPatternFound", { tenant_id: "dev", severity: "warning", pattern: "panic" }],
      [
        "LogPatternFound",
        { tenant_id: "dev", severity: "critical", pattern: "payments", team: "pay" },
      ],
      ["LogsSilent", { tenant_id: "dev", severity: "warning" }],
    ]);
  });

  it("each have a runbook", () => {
    const runbooks = readFileSync(join(__dirname, "../../../docs/runbooks.md"), "utf8");
    for (const rule of rules)
      if ("alert" in rule) expect(runbooks).toContain(`\n## ${rule.alert}\n`);
  });
});
