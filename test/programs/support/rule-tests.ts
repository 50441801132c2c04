import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toYaml } from "../../../components/kit/yaml";
import type { RuleFile } from "../../../components/rules/types";
import { program } from "./programs";

/** What a rule file makes of series. */
export interface RuleTest {
  /** Values from the start on, one each time, as promtool has them. */
  readonly series: Readonly<Record<string, string>>;
  /** What is asked, and by minute or duration the labels of the answer, whose values are 1. */
  readonly expr: string;
  readonly answers: Readonly<Record<number | string, readonly string[]>>;
}

/** A rule file, and its tests. */
export interface TestedRules {
  readonly rules: RuleFile;
  readonly tests: readonly RuleTest[];
  /** Between two values and two evaluations. Defaults to a minute. */
  readonly every?: string;
}

/**
 * Tests many rule files in one run of the real promtool, since a process for each takes longer than
 * its tests. Gives what it says of each that fails, by name.
 */
export function failures(files: Readonly<Record<string, TestedRules>>): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "heliograph-rule-tests-"));
  try {
    const entries = Object.entries(files);
    entries.forEach(([, file], index) => write(folder, index, file));
    const said = promtool(folder, entries.length);
    return Object.fromEntries(
      entries.flatMap(([name], index) =>
        said[index]?.startsWith("SUCCESS") ? [] : [[name, said[index] ?? "nothing was said of it"]],
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without what is Mimir's own. */
export function upstream({ groups }: RuleFile): RuleFile {
  return { groups: groups.map(({ name, interval, rules }) => ({ name, interval, rules })) };
}

function write(folder: string, index: number, { rules, tests, every = "1m" }: TestedRules): void {
  writeFileSync(join(folder, `${index}.rules.yaml`), toYaml(upstream(rules)));
  const file = {
    rule_files: [`${index}.rules.yaml`],
    evaluation_interval: every,
    group_eval_order: rules.groups.map(({ name }) => name),
    tests: tests.map(({ series, expr, answers }) => ({
      interval: every,
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: Object.entries(answers).map(([time, all]) => ({
        expr,
        eval_time: /^\d+$/.test(time) ? `${time}m` : time,
        exp_samples: all.map((labels) => ({ labels, value: 1 })),
      })),
    })),
  };
  writeFileSync(join(folder, `${index}.test.yaml`), toYaml(file));
}

/** What it says of each file. Mistakes go to its other output, which has to stay in order. */
function promtool(folder: string, count: number): string[] {
  const files = Array.from({ length: count }, (_, index) => `${index}.test.yaml`);
  const said = execFileSync(
    "/bin/sh",
    ["-c", '"$@" 2>&1 || true', "sh", program("prometheus", "promtool"), "test", "rules", ...files],
    { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 },
  );
  return said.split(/^ {2}(?=SUCCESS$|FAILED:$)/m).slice(1);
}
