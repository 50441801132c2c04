import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { EDGE_NAMESPACE } from "../../../../components/contract/places";
import { PROMETHEUS_AGENT } from "../../../../components/in-force";
import { refuse } from "../../../../components/kit/problems";
import { stackFile } from "../../../config/stack-file";
import { Cluster, contexts } from "../../cluster/cluster";
import { changedLines } from "../preview/differences";
import { openProject, type Project } from "../../project";
import { agreed, askChoice, askText, isTerminal } from "../../ui/ask";
import { Failure } from "../../ui/failure";
import { style } from "../../ui/style";
import { duration, indent } from "../../ui/text";
import { bringUp } from "../up/up";
import type { OnboardOptions } from "./command";
import { changesFor, problemsIn, type FileChange } from "./files";
import { makePassphrase } from "./passphrase";
import type { Answers, Ground } from "./questions";
import { settle, type Ask } from "./settle";

/** Lets an edge in: finds out what has to be known of it, writes the stack files, brings it up, and verifies it. */
export async function onboard(
  project: Project,
  edge: string,
  given: Answers,
  { yes, dryRun, resume }: OnboardOptions,
): Promise<void> {
  const start = performance.now();
  const ground: Ground = { project, edge, contexts: contexts(), answers: given };
  const { answers, problems } = await settle(ground, isTerminal() && !yes ? ask : undefined);
  const changes = answers.hub === undefined ? [] : changesFor({ ...ground, answers });
  refuse(`Edge ${edge}`, [...problems, ...problemsIn(changes)]);
  await checkCluster(answers.context ?? "", project.stacks.includes(edge));

  console.log(
    changes.length === 0
      ? "The stack files have it already."
      : changes.map(showChange).join("\n\n"),
  );
  if (dryRun) return;
  const deed = `${changes.length === 0 ? "Bring" : "Write this, and bring"} up edge ${edge} and its hub, ${answers.hub}?`;
  if (!yes && !(await agreed(deed))) throw new Failure("Nothing was changed.");

  for (const change of changes) write(change);
  const passphrase = makePassphrase(project.folder, edge);
  if (passphrase)
    console.log(
      `Made a passphrase for stack ${edge}, in ${passphrase}: keep it where you keep the others.`,
    );
  const options = { yes: true, resume, verify: true, parallel: 1 };
  await bringUp(
    openProject(project.folder),
    [edge],
    options,
    `npm run onboard -- ${edge}${yes ? " --yes" : ""}`,
  );
  const files = [edge, answers.hub ?? ""].map((stack) =>
    basename(stackFile(project.folder, stack)),
  );
  const took = duration(performance.now() - start);
  console.log(`\nEdge ${edge} is in, and verified, after ${took}. Commit ${files.join(" and ")}.`);
}

const ask: Ask = async (question, ground, suggestion) => {
  const choices = question.choices?.(ground).map((value) => ({ name: value, value }));
  if (!choices) return askText(question.asks, suggestion);
  const none = question.optional ? [{ name: "(none)", value: undefined }] : [];
  return askChoice(question.asks, [...choices, ...none], suggestion);
};

/** A cluster that does not answer, or that has an agent already, is better found out before anything is written. */
async function checkCluster(context: string, isOurs: boolean): Promise<void> {
  const agents = await Cluster.open(context).pods(EDGE_NAMESPACE, PROMETHEUS_AGENT);
  if (agents.length === 0 || isOurs) return;
  throw new Failure(
    `Cluster ${context} has an agent already, and no stack of this project is there: ${agents.map(({ name }) => name).join(", ")}`,
    `kubectl --context ${context} --namespace ${EDGE_NAMESPACE} get pods`,
  );
}

function showChange({ path, before, after }: FileChange): string {
  const title = `${basename(path)}${before === undefined ? " (new)" : ""}`;
  return `${style.strong(title)}\n${indent(changedLines(before ?? "", after).join("\n"), "  ")}`;
}

/** Somebody may have edited the file while its changes were looked at. */
function write({ path, before, after }: FileChange): void {
  const now = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (now !== before)
    throw new Failure(
      `${basename(path)} has been changed meanwhile.`,
      "Run the same command again.",
    );
  writeFileSync(path, after, { flag: before === undefined ? "wx" : "w" });
}
