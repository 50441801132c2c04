import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { table } from "../../src/cli/ui/table";
import type { Figure, Measured } from "../bench/figure.js";
import { figures } from "../bench/index.js";
import { LabError } from "../host/errors.js";
import { beginSession } from "../host/session.js";
import { bringUp } from "../phases/bring-up.js";
import { Stopwatch } from "../phases/stopwatch.js";
import type { Scenario } from "../scenarios/context.js";
import { runScenario } from "../scenarios/run.js";
import { programFolder } from "../toolchain/index.js";

interface Result extends Measured {
  readonly figure: Figure;
}

/** Takes some figures, or all of them. */
export async function bench(names: string[], { json }: { json?: string }): Promise<void> {
  const chosen = names.length === 0 ? figures : names.map(figureNamed);
  const signal = await beginSession(`bench ${names.join(" ")}`.trim());
  await bringUp("deployment", signal, new Stopwatch());
  const results: Result[] = [];
  const failures: string[] = [];
  for (const figure of chosen) {
    console.log(`\n${figure.name}: ${figure.what}`);
    const checks = await runScenario(
      measuring(figure, results),
      join(programFolder("kubernetes"), "kubectl"),
      signal,
    );
    signal.throwIfAborted();
    failures.push(
      ...checks.flatMap(({ name, ok, detail }) =>
        ok ? [] : [`${figure.name}: ${name}: ${detail}`],
      ),
    );
  }
  console.log(`\n${table(["figure", "value", "aim", "", "from"], results.map(row))}`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results.map(plain), null, 2)}\n`);
  if (failures.length > 0) throw new LabError(`Not measured:\n${failures.join("\n")}`);
}

function figureNamed(name: string): Figure {
  const found = figures.find((figure) => figure.name === name);
  if (found) return found;
  throw new LabError(
    `There is no figure ${name}. There are: ${figures.map((figure) => figure.name).join(", ")}`,
  );
}

/** Measured as a scenario: what it changes is put back, whatever happens. */
function measuring(figure: Figure, results: Result[]): Scenario {
  return {
    name: figure.name,
    summary: figure.what,
    needs: "deployment",
    run: async (lab) => void results.push({ figure, ...(await figure.measure(lab)) }),
  };
}

function row({ figure, value, from }: Result): string[] {
  return [
    figure.what,
    `${value.toFixed(2)} ${figure.unit}`,
    `< ${figure.aim}`,
    value < figure.aim ? "ok" : "MISSED",
    from,
  ];
}

function plain({ figure: { name, what, unit, aim }, value, from }: Result) {
  return { name, what, value, unit, aim, reached: value < aim, from };
}
