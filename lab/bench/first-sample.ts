import { setTimeout as pause } from "node:timers/promises";
import type { ScenarioContext } from "../scenarios/context.js";
import { bringUp } from "../scenarios/support/commands.js";
import { openMimir } from "../scenarios/support/hub.js";
import type { Figure } from "./figure.js";

const edge = "dev";
const patienceSeconds = 180;

/**
 * The third update of an edge's life, made anew by taking its agent away: key, certificate and the
 * gateway's map stay.
 */
export const firstSample: Figure = {
  name: "first-sample",
  what: "last `up` of a new edge, until its first sample is readable at the hub",
  unit: "s",
  aim: 30,
  async measure(lab) {
    await removeAgent(lab);
    lab.onCleanup(`edge ${edge} is up`, () => bringUp(lab, [edge]));
    const mimir = await openMimir(lab);
    const begun = Date.now();
    const update = lab
      .pulumi(["up", "--stack", edge, "--yes", "--skip-preview"])
      .then(({ code, stderr }) => {
        if (code !== 0) throw new Error(stderr);
        return Date.now();
      });
    const fresh = `count(timestamp(up{cluster="${edge}"}) > ${begun / 1000})`;
    while ((await mimir.number([edge], fresh)) === 0) {
      if (Date.now() - begun > patienceSeconds * 1000)
        throw new Error(`no sample after ${patienceSeconds} s`);
      await pause(250, undefined, { signal: lab.signal });
    }
    const readable = Date.now();
    const seconds = (time: number) => (time - begun) / 1000;
    const ended = await update;
    return {
      value: seconds(readable),
      from: `${seconds(readable).toFixed(1)} s after the beginning of \`up\`, which took ${seconds(ended).toFixed(1)} s`,
    };
  },
};

async function removeAgent(lab: ScenarioContext): Promise<void> {
  const exported = await lab.pulumi(["stack", "export", "--stack", edge]);
  const { deployment } = JSON.parse(exported.stdout) as {
    deployment: { resources: { urn: string; type: string }[] };
  };
  const agent = deployment.resources.find(({ type }) => type === "heliograph:index:EdgeAgent");
  if (!agent) throw new Error(`stack ${edge} has no agent`);
  lab.log(`taking the agent of ${edge} away`);
  const args = [
    "destroy",
    "--stack",
    edge,
    "--yes",
    "--skip-preview",
    "--target",
    agent.urn,
    "--target-dependents",
  ];
  const { code, stdout, stderr } = await lab.pulumi(args);
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
}
