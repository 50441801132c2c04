import type { Issue } from "@heliograph/heliograph";
import { type Answers, entryOf, type NewEdge, type Question, QUESTIONS } from "./questions";

/** Asks a person; the suggestion is what an empty answer means. */
export type Ask = (
  question: Question,
  newEdge: NewEdge,
  suggestion: string | undefined,
) => Promise<string | undefined>;

interface ResolvedAnswers {
  /** Wrong answers are replaced by examples, so that the files can still be checked. */
  readonly answers: Answers;
  /** Answers that are missing, impossible, or that contradict the stack files. */
  readonly issues: readonly Issue[];
}

/**
 * Finds an answer to every question. In this order: what the stack files have, the option, what a
 * person answers, the suggestion.
 */
export async function resolveAnswers(newEdge: NewEdge, ask?: Ask): Promise<ResolvedAnswers> {
  const given = newEdge.answers;
  const issues: Issue[] = [];
  let answers: Answers = {};
  for (const question of QUESTIONS) {
    const now = { ...newEdge, answers };
    const answer = await answerTo(question, now, given[question.key], ask);
    const issue = issueWith(question, now, given[question.key], answer);
    if (issue) issues.push(issue);
    // Every other question depends on the hub.
    if (issue && question.key === "hub") return { answers, issues };
    const wrong = issue && question.written(now) === undefined;
    const usable = wrong ? exampleFor(question, now) : answer;
    if (usable !== undefined) answers = { ...answers, [question.key]: usable };
  }
  return { answers, issues: [...issues, ...conflicts({ ...newEdge, answers })] };
}

function exampleFor(question: Question, newEdge: NewEdge): string | undefined {
  return question.optional ? undefined : (question.choices?.(newEdge)?.[0] ?? question.example);
}

async function answerTo(
  question: Question,
  newEdge: NewEdge,
  given: string | undefined,
  ask: Ask | undefined,
): Promise<string | undefined> {
  const known = question.written(newEdge) ?? given;
  if (known !== undefined || question.applies?.(newEdge) === false) return known;
  const suggestion = question.suggest(newEdge);
  const choices = question.choices?.(newEdge);
  // A question with a single answer is not asked.
  if (!ask || (choices && choices.length < 2 && !question.optional)) return suggestion;
  return ask(question, newEdge, suggestion);
}

function issueWith(
  question: Question,
  newEdge: NewEdge,
  given: string | undefined,
  answer: string | undefined,
): Issue | undefined {
  const path = question.flag.split(" ")[0] ?? "";
  const written = question.written(newEdge);
  const paste = (value: string) => `npm run onboard -- ${newEdge.edge} ${path} ${value}`;
  if (written !== undefined) {
    if (given === undefined || given === written) return undefined;
    return {
      path: [path],
      got: given,
      expected: `${written}, as the stack files have it: onboard changes nothing there`,
      lines: `# leave out ${path}`,
    };
  }
  if (answer === undefined) {
    if (question.optional) return undefined;
    return { path: [path], expected: question.expected(newEdge), lines: paste(question.example) };
  }
  const choices = question.choices?.(newEdge);
  if (!choices || choices.includes(answer)) return undefined;
  return {
    path: [path],
    got: answer,
    expected: question.expected(newEdge),
    lines: paste(choices[0] ?? question.example),
  };
}

/** What the stack files say that no answer is compatible with. */
function conflicts(newEdge: NewEdge): Issue[] {
  const { project, edge, answers } = newEdge;
  const entry = `heliograph:hub.edges.${edge}`;
  const issues: Issue[] = [];
  const { revoked = false, keyGeneration = 1 } = entryOf(newEdge) ?? {};
  if (revoked)
    issues.push({
      path: [`${entry}.revoked of stack ${answers.hub}`],
      got: true,
      expected: "an edge that is not revoked; a new key generation keeps the old certificate out",
      lines: `# in ${entry}: remove revoked, and raise\nkeyGeneration: ${keyGeneration + 1}`,
    });
  const other = project.stacks.find(
    (stack) => stack !== edge && project.settings(stack).edge?.name === edge,
  );
  if (other !== undefined)
    issues.push({
      path: [`heliograph:edge.name of stack ${other}`],
      got: edge,
      expected: `nobody else of this name: the stack of edge ${edge} would be ${edge}`,
      lines: `npm run up -- ${other}`,
    });
  const name = project.stacks.includes(edge) ? project.settings(edge).edge?.name : edge;
  if (name !== edge)
    issues.push({
      path: [`heliograph:edge.name of stack ${edge}`],
      got: name,
      expected: `${edge}, like the stack`,
      lines: `heliograph:edge:\n  name: ${edge}`,
    });
  return issues;
}
