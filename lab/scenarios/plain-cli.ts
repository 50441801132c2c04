import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tryRun } from "../host/run.js";
import { repository } from "../state.js";
import type { Scenario } from "./context.js";

/**
 * The plain Pulumi CLI, from the repository, in the environment that `lab env` prints: the same
 * program, loaded as Pulumi loads programs.
 */
export const plainCli: Scenario = {
  name: "plain-cli",
  summary:
    "pulumi preview and up from a plain shell; a mistake in a stack file is shown whole, without a stack trace",
  needs: "deployment",
  async run(lab) {
    const shell = (command: string) =>
      tryRun("bash", ["-c", `eval "$(npm run --silent lab -- env)" && ${command}`], {
        cwd: repository,
      });

    const preview = await shell("pulumi preview --stack ops --non-interactive");
    lab.check(
      "pulumi preview -s ops",
      preview.code === 0 && /unchanged/.test(preview.stdout),
      resources(preview.stdout),
    );
    const up = await shell("pulumi up --stack dev --yes --skip-preview --non-interactive");
    lab.check(
      "pulumi up -s dev",
      up.code === 0 && /unchanged/.test(up.stdout),
      resources(up.stdout),
    );

    const broken = join(lab.env["HELIOGRAPH_PROJECT"] ?? "", "Pulumi.broken.yaml");
    lab.onCleanup("the broken stack is gone", async () => {
      await lab.pulumi(["stack", "rm", "--stack", "broken", "--yes", "--force"]);
      await rm(broken, { force: true });
      await rm(join(lab.env["HELIOGRAPH_PASSPHRASES"] ?? "", "broken"), { force: true });
    });
    await writeFile(join(lab.env["HELIOGRAPH_PASSPHRASES"] ?? "", "broken"), "broken\n", {
      mode: 0o600,
    });
    await lab.pulumi(["stack", "init", "--stack", "broken", "--no-select"]);
    await writeFile(
      broken,
      "config:\n  heliograph:cluster: { context: dev }\n  heliograph:edge: { nam: dev }\n",
    );
    const refused = await shell("pulumi preview --stack broken --non-interactive");
    const said = refused.stdout + refused.stderr;
    lab.check(
      "a mistake stops the preview",
      refused.code !== 0 && said.includes("heliograph:edge.nam"),
      `exit ${refused.code}`,
    );
    lab.check("without a stack trace", !/^\s+at .*\(.*:\d+:\d+\)/m.test(said), "");
  },
};

function resources(output: string): string {
  return /(\d+ (?:unchanged|to \w+).*)/.exec(output)?.[1] ?? "no summary";
}
