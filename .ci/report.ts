import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestModule } from "vitest/node";

/** What a run of Vitest leaves for the last lines of CI. */
export interface Report {
  readonly passed: number;
  /** With what was said, whole: who reads the end of CI's output may have nothing else. */
  readonly failures: readonly string[];
}

/** Names the file that is written. */
export const REPORT_FILE = "HELIOGRAPH_TEST_REPORT";

/**
 * Vitest's own JSON has neither what `beforeAll` said nor that a test took too long.
 */
export default class implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const report: Report = {
      passed: modules.flatMap((module) => [...module.children.allTests("passed")]).length,
      failures: [
        ...modules.flatMap(failures),
        ...unhandled.map((error) => described("outside of any test", [error])),
      ],
    };
    writeFileSync(process.env[REPORT_FILE]!, JSON.stringify(report));
  }
}

/** A file that cannot be loaded, and a suite that cannot be prepared, have no failed test. */
function failures(module: TestModule): string[] {
  const file = module.relativeModuleId;
  const suites = [...module.children.allSuites()];
  const tests = [...module.children.allTests("failed")];
  return [
    { name: file, errors: module.errors() },
    ...suites.map((suite) => ({ name: `${file}: ${suite.fullName}`, errors: suite.errors() })),
    ...tests.map((test) => ({
      name: `${file}: ${test.fullName}`,
      errors: test.result().errors ?? [],
    })),
  ].flatMap(({ name, errors }) => (errors.length > 0 ? [described(name, errors)] : []));
}

function described(name: string, errors: readonly SerializedError[]): string {
  return `${name}: ${errors.map(({ message }) => message).join("\n")}`;
}
