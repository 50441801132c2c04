import type { Problem } from "../../../../components/kit/problems";
import { type Answers, entryOf, type NewEdge, type Question, QUESTIONS } from "./questions";

/** Asks a person; the suggestion is what an empty answer means. */
export type Ask = (
  question: Question,
  newEdge: NewEdge,
  suggestion: string | undefined,
) => Promise<string | undefined>;

export interface ResolvedAnswers {
  /** Wrong answers are replaced by examples, so that the files can still be checked. */
  readonly answers: Answers;
  /** Answers that are missing, impossible, or that contradict the stack files. */
  readonly problems: readonly Problem[];
}

/**
 * Finds an answer to every question. In this order: what the stack files have, the option, what a
 * person answers, the suggestion.
 */
export async function resolveAnswers(newEdge: NewEdge, ask?: Ask): Promise<ResolvedAnswers> {
  const given = newEdge.answers;
  const problems: Problem[] = [];
  let answers: Answers = {};
  for (const question of QUESTIONS) {
    const now = { ...newEdge, answers };
    const answer = await answerTo(question, now, given[question.key], ask);
    const problem = problemWith(question, now, given[question.key], answer);
    if (problem) problems.push(problem);
    // Every other question depends on the hub.
    if (problem && question.key === "hub") return { answers, problems };
    const wrong = problem && question.written(now) === undefined;
    const usable = wrong ? exampleFor(question, now) : answer;
    if (usable !== undefined) answers = { ...answers, [question.key]: usable };
  }
  return { answers, problems: [...problems, ...conflicts({ ...newEdge, answers })] };
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

function problemWith(
  question: Question,
  newEdge: NewEdge,
  given: string | undefined,
  answer: string | undefined,
): Problem | undefined {
  const path = question.flag.split(" ")[0] ?? "";
  const written = question.written(newEdge);
  const paste = (value: string) => `npm run onboard -- ${newEdge.edge} ${path} ${value}`;
  if (written !== undefined) {
    if (given === undefined || given === written) return undefined;
    return {
      path,
      got: given,
      expected: `${written}, as the stack files have it: onboard changes nothing there`,
      paste: `# leave out ${path}`,
    };
  }
  if (answer === undefined) {
    if (question.optional) return undefined;
    return { path, expected: question.expected(newEdge), paste: paste(question.example) };
  }
  const choices = question.choices?.(newEdge);
  if (!choices || choices.includes(answer)) return undefined;
  return {
    path,
    got: answer,
    expected: question.expected(newEdge),
    paste: paste(choices[0] ?? question.example),
  };
}

/** What the stack files say that no answer is compatible with. */
function conflicts(newEdge: NewEdge): Problem[] {
  const { project, edge, answers } = newEdge;
  const entry = `heliograph:hub.edges.${edge}`;
  const problems: Problem[] = [];
  const { revoked = false, keyGeneration = 1 } = entryOf(newEdge) ?? {};
  if (revoked)
    problems.push({
      path: `${entry}.revoked of stack ${answers.hub}`,
      got: true,
      expected: "an edge that is not revoked; a new key generation keeps the old certificate out",
      paste: `# in ${entry}: remove revoked, and raise\nkeyGeneration: ${keyGeneration + 1}`,
    });
  const other = project.stacks.find(
    (stack) => stack !== edge && project.settings(stack).edge?.name === edge,
  );
  if (other !== undefined)
    problems.push({
      path: `heliograph:edge.name of stack ${other}`,
      got: edge,
      expected: `nobody else of this name: the stack of edge ${edge} would be ${edge}`,
      paste: `npm run up -- ${other}`,
    });
  const name = project.stacks.includes(edge) ? project.settings(edge).edge?.name : edge;
  if (name !== edge)
    problems.push({
      path: `heliograph:edge.name of stack ${edge}`,
      got: name,
      expected: `${edge}, like the stack`,
      paste: `heliograph:edge:\n  name: ${edge}`,
    });
  return problems;
}
