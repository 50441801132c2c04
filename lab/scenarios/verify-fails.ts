import { isDeepStrictEqual } from "node:util";
import type { EdgeReport, Verification } from "../../src/cli/commands/verify/verify";
import { backendName, HUB_NAMESPACE, RUNTIME_FILE } from "@heliograph/heliograph/model";
import { clusterNames } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { checkGreen } from "./support/commands.js";
import { HubFile } from "./support/hub-file.js";
import { cell } from "./support/hub.js";
import { agentOf, gateway, whileStopped } from "./support/workloads.js";

const NOT_DEPLOYED = /mimir-main-runtime is not what was deployed/;

/**
 * A check that cannot fail proves nothing: each way in which an edge can be broken is seen, and put
 * down to that edge.
 */
export const verifyFails: Scenario = {
  name: "verify-fails",
  summary:
    "verify fails and names the edge whose agent stopped or that left the inventory, all without the gateway, and limits edited by hand",
  needs: "deployment",
  async run(lab) {
    await checkGreen(lab, "before anything is broken");
    await whileStopped(lab, agentOf("dev"), async () => {
      const reason = /no pod of the agent of edge dev is ready/;
      await checkReport(lab, "dev's agent stopped", ["dev"], reason);
      await checkWords(lab, "dev's agent stopped", "dev", reason);
    });
    await whileStopped(lab, gateway, () =>
      checkReport(lab, "no gateway", clusterNames, /no pod of the gateway is ready/),
    );
    await checkGreen(lab, "once agent and gateway are back");
    await checkEditedLimits(lab);

    const file = await HubFile.open(lab, ["stg"]);
    await file.set(["edges", "stg"], undefined);
    lab.log("taking stg out of the inventory");
    await file.deploy();
    await checkReport(lab, "stg not in the inventory", ["stg"], /no entry in the inventory of ops/);
    lab.log("putting it back");
    await file.restore();
    await checkGreen(lab, "once stg is back");
  },
};

/** Mimir follows whoever edits them, and Pulumi does not look. */
async function checkEditedLimits(lab: ScenarioContext): Promise<void> {
  const map = [`configmap/${backendName("mimir", cell)}-runtime`, `--namespace=${HUB_NAMESPACE}`];
  const { data } = JSON.parse(await lab.kubectl("ops", ["get", ...map, "--output=json"])) as {
    data: Record<string, string>;
  };
  const write = (changed: typeof data) =>
    lab.kubectl("ops", ["patch", ...map, `--patch=${JSON.stringify({ data: changed })}`]);
  lab.onCleanup("limits are what was deployed", () => write(data));
  const text = data[RUNTIME_FILE] ?? "";
  await write({
    [RUNTIME_FILE]: text.replace(/(compactor_blocks_retention_period): \S+/, "$1: 1d"),
  });

  const { code, stdout } = await lab.heliograph(["verify", "ops", "--json"]);
  const checks = (JSON.parse(stdout) as Verification).hubs.flatMap((hub) => hub.checks);
  const failed = checks.filter(({ ok }) => !ok);
  const [limits] = failed;
  const right =
    code === 1 &&
    failed.length === 1 &&
    limits?.name === "limits" &&
    NOT_DEPLOYED.test(limits.detail);
  lab.check(
    "a retention edited by hand: verify fails for it alone",
    right,
    failed.map(({ detail }) => detail).join("; "),
  );
  await write(data);
}

/** Exit code 1, exactly these edges, each with the reason, and what to look at next. */
async function checkReport(
  lab: ScenarioContext,
  what: string,
  edges: readonly string[],
  reason: RegExp,
): Promise<void> {
  const start = performance.now();
  const { code, stdout } = await lab.heliograph(["verify", "--json"]);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const reports = (JSON.parse(stdout) as Verification).edges;
  const failed = reports.filter(({ ok }) => !ok);
  const names = failed.map(({ edge }) => edge).sort();
  const right = code === 1 && isDeepStrictEqual(names, [...edges].sort());
  const seen = failed.map(({ edge, checks }) => `${edge}: ${failures(checks)}`).join("; ");
  lab.check(
    `${what}: verify --json fails for ${edges.join(", ")} alone`,
    right,
    `${seconds} s; ${seen}`,
  );

  const explained = reports.filter(({ checks }) =>
    checks.some(({ ok, detail, next }) => !ok && reason.test(detail) && next !== undefined),
  );
  const explainedNames = explained.map(({ edge }) => edge).sort();
  const all = isDeepStrictEqual(explainedNames, [...edges].sort());
  lab.check(`${what}: each with its reason, and what to look at next`, all, String(reason));
}

/** The same as a person reads it. */
async function checkWords(
  lab: ScenarioContext,
  what: string,
  edge: string,
  reason: RegExp,
): Promise<void> {
  const { code, stdout } = await lab.heliograph(["verify"]);
  const summary = stdout.trim().split("\n").at(-1) ?? "";
  const right = code === 1 && summary.endsWith(`: ${edge}`) && reason.test(stdout);
  lab.check(`${what}: verify says so in words`, right, summary);
}

function failures(checks: EdgeReport["checks"]): string {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ name }) => name)
    .join(", ");
}
