import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterName } from "../clusters/topology.js";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { bringUp } from "./support/commands.js";
import { agentOf, whileStopped } from "./support/workloads.js";
import { edited } from "../../src/config/edit";

const edges = ["dev", "stg", "prd"] as const satisfies readonly ClusterName[];
const namespace = "heliograph";
const policy = "heliograph-lab-freeze";

/**
 * A change for every edge meets a stg that refuses it, then one whose agent somebody has stopped,
 * and gets to prd only when stg is well.
 */
export const wave: Scenario = {
  name: "wave",
  summary:
    "a stg that cannot be updated, or is not well afterwards, stops the wave before prd; mended, the same command finishes",
  needs: "deployment",
  async run(lab) {
    await changeEdges(lab);
    const before = await objectsOf(lab, "prd");
    const untouched = async (when: string) => {
      const now = await objectsOf(lab, "prd");
      const count = before.split("\n").length;
      lab.check(
        `prd is untouched, ${when}`,
        now === before,
        `resource versions of ${count} objects are as before`,
      );
    };

    lab.log("a policy of stg's cluster refuses the change");
    await freeze(lab, "stg");
    await checkStopped(lab, "stg cannot be updated", /stg +update FAILED: ConfigMap/);
    await untouched("stg cannot be updated");
    await thaw(lab, "stg");

    lab.log("somebody has stopped stg's agent");
    await whileStopped(lab, agentOf("stg"), () =>
      checkStopped(lab, "stg is not well", /stg +updated, checks FAILED: .*queue/, /--no-verify/),
    );
    await untouched("stg is not well");

    lab.log("stg is mended: the same command again");
    const { code, stdout, stderr, seconds } = await up(lab);
    const wells = stdout.match(/1 edge, \d+ checks: all is well/g) ?? [];
    lab.check(
      "the same command finishes",
      code === 0,
      `exit ${code} after ${seconds} s; ${lastLine(stderr)}`,
    );
    lab.check("three waves verified", wells.length === edges.length, wells.join("; "));
    const after = await objectsOf(lab, "prd");
    lab.check(
      "the change has reached prd",
      after !== before,
      `${differences(before, after)} objects have changed`,
    );
  },
};

/** Something that every agent loads in place. */
async function changeEdges(lab: ScenarioContext): Promise<void> {
  for (const edge of edges) {
    const path = join(lab.env["HELIOGRAPH_PROJECT"] ?? "", `Pulumi.${edge}.yaml`);
    const original = await readFile(path, "utf8");
    lab.onCleanup(`${edge} is as it was`, async () => {
      await writeFile(path, original);
      await bringUp(lab, [edge]);
    });
    const interval = ["config", "heliograph:edge", "scrapeInterval"];
    await writeFile(
      path,
      edited(original, (file) => file.set(interval, "14s")),
    );
  }
}

async function checkStopped(lab: ScenarioContext, when: string, ...says: RegExp[]): Promise<void> {
  const { code, stdout, stderr, seconds } = await up(lab);
  lab.check(`${when}: up fails`, code === 1, `exit ${code} after ${seconds} s`);
  const expected = [
    /dev +done and verified/,
    ...says,
    /prd +not started/,
    /To continue: npm run up -- --yes/,
  ];
  const missing = expected.filter((pattern) => !pattern.test(stderr)).map(String);
  const stackStates = /^stack[^]*?\n\n/m.exec(stderr)?.[0].trim().split("\n").slice(1).join("; ");
  lab.check(
    `${when}: it says what is where, and how to go on`,
    missing.length === 0,
    stackStates ?? missing.join(),
  );
  lab.check(`${when}: prd was not begun`, !stdout.includes("edges of prd"), "");
}

async function up(lab: ScenarioContext) {
  const start = performance.now();
  const result = await lab.heliograph(["up", "--yes"]);
  return { ...result, seconds: ((performance.now() - start) / 1000).toFixed(0) };
}

/** What a cluster's own policy engine may do: nothing there may be changed today. */
async function freeze(lab: ScenarioContext, cluster: ClusterName): Promise<void> {
  const group = "admissionregistration.k8s.io";
  const rule = {
    apiGroups: [""],
    apiVersions: ["v1"],
    operations: ["UPDATE"],
    resources: ["configmaps"],
  };
  const meta = (kind: string) => ({ apiVersion: `${group}/v1`, kind, metadata: { name: policy } });
  await lab.apply(cluster, [
    {
      ...meta("ValidatingAdmissionPolicy"),
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: "false", message: "no changes today" }],
      },
    },
    {
      ...meta("ValidatingAdmissionPolicyBinding"),
      spec: {
        policyName: policy,
        validationActions: ["Deny"],
        matchResources: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        },
      },
    },
  ]);
  await until(
    { what: "the policy", seconds: 60, signal: lab.signal },
    async () => !(await accepts(lab, cluster)),
  );
}

async function thaw(lab: ScenarioContext, cluster: ClusterName): Promise<void> {
  await lab.kubectl(cluster, ["delete", "validatingadmissionpolicybinding", policy]);
  await until({ what: "the end of the policy", seconds: 60, signal: lab.signal }, () =>
    accepts(lab, cluster),
  );
}

function accepts(lab: ScenarioContext, cluster: ClusterName): Promise<boolean> {
  const args = [
    "annotate",
    "configmap",
    "prometheus-agent",
    `--namespace=${namespace}`,
    "lab=tried",
    "--overwrite",
  ];
  return lab.kubectl(cluster, [...args, "--dry-run=server"]).then(
    () => true,
    () => false,
  );
}

/** What the program deploys to a cluster, with its versions. */
function objectsOf(lab: ScenarioContext, cluster: ClusterName): Promise<string> {
  const kinds =
    "deployments,statefulsets,daemonsets,services,configmaps,secrets,networkpolicies,serviceaccounts";
  const columns =
    "KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name,VERSION:.metadata.resourceVersion";
  const which = ["--all-namespaces", "--selector=app.kubernetes.io/part-of=heliograph"];
  return lab.kubectl(cluster, [
    "get",
    kinds,
    ...which,
    `--output=custom-columns=${columns}`,
    "--no-headers",
  ]);
}

function differences(before: string, after: string): number {
  const known = new Set(before.split("\n"));
  return after.split("\n").filter((line) => !known.has(line)).length;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
