import { type Browser, chromium } from "playwright-core";
import { REPORT_FILE } from "../../../.ci/report";
import { program } from "./programs";

const BROWSERS = ["chromium-headless-shell", "chromium", "google-chrome"];

/**
 * A browser on this machine. CI has one (lab/toolchain/debian.ts installs it), and a test there
 * fails without it.
 *
 * @returns undefined where there is none, outside of CI.
 */
export function browserProgram(): string | undefined {
  for (const name of BROWSERS) {
    try {
      return program(name, name);
    } catch {
      // The next one may be there.
    }
  }
  if (process.env[REPORT_FILE] !== undefined)
    throw new Error(`none of ${BROWSERS.join(", ")} is on PATH`);
  return undefined;
}

export const NO_BROWSER =
  `skipped: none of ${BROWSERS.join(", ")} is on PATH; ` +
  "on Debian: apt-get install chromium-headless-shell";

export function openBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox refuses root, whom CI is. It opens nothing but our own file.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
