import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { EDGE_NAMESPACE, PROMETHEUS_AGENT, refuse } from "@heliograph/heliograph/model";
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
import { changesFor, type FileChange, makePassphrase, issuesIn } from "./files";
import type { Answers } from "./questions";
import { type Ask, resolveAnswers } from "./answers";

/**
 * Adds an edge: asks what it has to know, writes the stack files, brings the edge up, and verifies
 * it.
 */
export async function onboard(
  project: Project,
  edge: string,
  given: Answers,
  { yes, dryRun, resume }: OnboardOptions,
): Promise<void> {
  const start = performance.now();
  const known = contexts();
  // A dry run works without a kubeconfig. Then nothing is known of contexts.
  const anyContext = dryRun && known.length === 0;
  const newEdge = { project, edge, contexts: anyContext ? undefined : known, answers: given };
  const { answers, issues } = await resolveAnswers(newEdge, isTerminal() && !yes ? ask : undefined);
  const changes = answers.hub === undefined ? [] : changesFor({ ...newEdge, answers });
  refuse(`Edge ${edge}`, [...issues, ...issuesIn(changes)]);
  if (!dryRun) await checkCluster(answers.context ?? "", project.stacks.includes(edge));

  console.log(
    changes.length === 0
      ? "The stack files have it already."
      : changes.map(showChange).join("\n\n"),
  );
  if (dryRun) return;
  const bring = changes.length === 0 ? "Bring" : "Write this, and bring";
  if (!yes && !(await agreed(`${bring} up edge ${edge} and its hub, ${answers.hub}?`)))
    throw new Failure("Nothing was changed.");

  for (const change of changes) write(change);
  const passphrase = makePassphrase(project.folder, edge);
  if (passphrase)
    console.log(
      `Wrote a passphrase for stack ${edge} to ${passphrase}: keep it where you keep the others.`,
    );
  const resumeCommand = `npm run onboard -- ${edge}${yes ? " --yes" : ""}`;
  const options = { yes: true, resume, verify: true, parallel: 1, resumeCommand };
  await bringUp(openProject(project.folder), [edge], options);
  const files = [edge, answers.hub ?? ""].map((stack) =>
    basename(stackFile(project.folder, stack)),
  );
  const took = duration(performance.now() - start);
  console.log(
    `\nEdge ${edge} is added and verified, after ${took}. Commit ${files.join(" and ")}.`,
  );
}

const ask: Ask = async (question, newEdge, suggestion) => {
  const choices = question.choices?.(newEdge)?.map((value) => ({ name: value, value }));
  if (!choices) return askText(question.asks, suggestion);
  const none = question.optional ? [{ name: "(none)", value: undefined }] : [];
  return askChoice(question.asks, [...choices, ...none], suggestion);
};

/** Fails, before anything is written, if the cluster does not answer or has an agent already. */
async function checkCluster(context: string, isOurs: boolean): Promise<void> {
  const agents = await Cluster.open(context).pods(EDGE_NAMESPACE, PROMETHEUS_AGENT);
  if (agents.length === 0 || isOurs) return;
  const names = agents.map(({ name }) => name).join(", ");
  throw new Failure(
    `Cluster ${context} has an agent that no stack of this project deployed: ${names}`,
    `kubectl --context ${context} --namespace ${EDGE_NAMESPACE} get pods`,
  );
}

function showChange({ path, before, after }: FileChange): string {
  const title = `${basename(path)}${before === undefined ? " (new)" : ""}`;
  return `${style.strong(title)}\n${indent(changedLines(before ?? "", after).join("\n"), "  ")}`;
}

/** Fails if somebody has edited the file since its changes were shown. */
function write({ path, before, after }: FileChange): void {
  const now = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (now !== before)
    throw new Failure(
      `${basename(path)} has changed since it was read.`,
      "Run the same command again.",
    );
  writeFileSync(path, after, { flag: before === undefined ? "wx" : "w" });
}
