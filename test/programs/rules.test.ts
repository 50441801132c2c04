/**
 * Proves: the real promtool takes the rules, and each alert fires when it should, is silent when it
 * should be, and ends when its reason has ended. Does not prove: that the series that alerts ask
 * for exist (mimir-rules.test.ts), that they are evaluated for real (the lab's scenario `alerts`).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toYaml } from "../../components/kit/yaml";
import { rules } from "../../components/rules/rule-file";
import type { RuleFile } from "../../components/rules/types";
import { model } from "../components/rules/model";
import type { Case } from "./support/alert-case";
import { edgeAlertCases } from "./support/edge-alert-cases";
import { hubAlertCases } from "./support/hub-alert-cases";
import { program } from "./support/programs";

/** Alerts that are about no edge, and labels that they have all the same. */
const OF_THE_HUB: Readonly<Record<string, readonly string[]>> = {
  InventoryMissing: [],
  IngesterUnhealthy: [],
  CompactorUnhealthy: [],
  BucketFailing: [],
  DataDiscarded: ["tenant_id"],
  Watchdog: [],
};

const cases = { ...edgeAlertCases, ...hubAlertCases };

describe("the rules, by the real promtool", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "heliograph-rules-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const promtool = (...args: string[]) =>
    execFileSync(program("prometheus", "promtool"), args, {
      cwd: folder,
      stdio: "pipe",
      encoding: "utf8",
    });
  const test = (
    file: RuleFile,
    alert: string,
    by: string,
    { series = {}, firing, every = "30s" }: Case,
  ) => {
    const expr = `sum by (${by}) (ALERTS{alertname="${alert}",alertstate="firing"})`;
    const tests = [
      {
        interval: every,
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(firing).map(([eval_time, labels]) => ({
          expr,
          eval_time,
          exp_samples: labels.map((labelled) => ({ labels: labelled, value: 1 })),
        })),
      },
    ];
    const group_eval_order = file.groups.map(({ name }) => name);
    const groups = file.groups.map((group) => ({ ...group, interval: every }));
    writeFileSync(join(folder, "rules.yaml"), toYaml({ groups }));
    writeFileSync(
      join(folder, "test.yaml"),
      toYaml({ rule_files: ["rules.yaml"], evaluation_interval: every, group_eval_order, tests }),
    );
    return promtool("test", "rules", "test.yaml");
  };
  const all = upstream(rules(model, "0123456789abcdef"));

  it("are taken by it, every duration and template among them", () => {
    writeFileSync(join(folder, "rules.yaml"), toYaml(all));
    expect(promtool("check", "rules", "rules.yaml")).toContain(
      `SUCCESS: ${countRules(all)} rules found`,
    );
  });

  it("are each tested here", () => {
    const alerts = all.groups.flatMap((group) =>
      group.rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])),
    );
    expect(Object.keys(cases).sort()).toEqual([...new Set(alerts)].sort());
  });

  it("have the labels that routes know, where they are about an edge", () => {
    const missing = Object.entries(cases).flatMap(([alert, [by, ...own]]) => {
      const firing = own.flatMap((each) => Object.values(each.firing).flat());
      const labels = OF_THE_HUB[alert] ?? ["cluster", "environment", "tenant_id"];
      const all = labels.every((label) => by.split(", ").includes(label));
      const seen = firing.some((series) => labels.every((label) => series.includes(`${label}="`)));
      return labels.length === 0 || (all && seen) ? [] : [alert];
    });
    expect(missing).toEqual([]);
  });

  describe.each(Object.entries(cases))("%s", (alert, [by, ...own]) => {
    it.each(own)("$title", (example) => {
      expect(test(all, alert, by, example)).toContain("SUCCESS");
    });
  });

  it("InventoryMissing: when nothing of it is recorded", () => {
    const withoutInventory = { groups: all.groups.filter(({ name }) => name !== "inventory") };
    const firing = { "4m": [], "6m": ['{alertname="InventoryMissing"}'] };
    expect(
      test(withoutInventory, "InventoryMissing", "alertname", { title: "", firing }),
    ).toContain("SUCCESS");
  });

  it("CertificateExpiring: not what was renewed", () => {
    const renewed = { ...model, certificates: model.certificates.slice(0, 1) };
    const example = { title: "", firing: { "10m": [] } };
    expect(test(upstream(rules(renewed, "")), "CertificateExpiring", "cluster", example)).toContain(
      "SUCCESS",
    );
  });
});

/** Without what is Mimir's own. */
function upstream({ groups }: RuleFile): RuleFile {
  return { groups: groups.map(({ name, interval, rules }) => ({ name, interval, rules })) };
}

function countRules({ groups }: RuleFile): number {
  return groups.reduce((sum, group) => sum + group.rules.length, 0);
}
