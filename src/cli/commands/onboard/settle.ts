import type { Problem } from "../../../../components/kit/problems";
import type { Answers, Ground, Question } from "./questions";
import { entryOf, QUESTIONS } from "./questions";

/** Asks a person; the suggestion is what an empty answer means. */
export type Ask = (
  question: Question,
  ground: Ground,
  suggestion: string | undefined,
) => Promise<string | undefined>;

export interface Settled {
  /** With examples in place of what is wrong, so that the rest can be looked at too. */
  readonly answers: Answers;
  /** Everything that is missing, not possible, or not what the files say. */
  readonly problems: readonly Problem[];
}

/** Finds an answer to every question: what the files have, what was given, what a person says, or what is usual. */
export async function settle(ground: Ground, ask?: Ask): Promise<Settled> {
  const given = ground.answers;
  const problems: Problem[] = [];
  let answers: Answers = {};
  for (const question of QUESTIONS) {
    const now = { ...ground, answers };
    const answer = await answerTo(question, now, given[question.key], ask);
    const problem = problemWith(question, now, given[question.key], answer);
    if (problem) problems.push(problem);
    // Without its hub nothing more can be said of an edge.
    if (problem && question.key === "hub") return { answers, problems };
    const usable = problem && question.written(now) === undefined ? standIn(question, now) : answer;
    if (usable !== undefined) answers = { ...answers, [question.key]: usable };
  }
  return { answers, problems: [...problems, ...conflicts({ ...ground, answers })] };
}

function standIn(question: Question, ground: Ground): string | undefined {
  return question.optional ? undefined : (question.choices?.(ground)[0] ?? question.example);
}

async function answerTo(
  question: Question,
  ground: Ground,
  given: string | undefined,
  ask: Ask | undefined,
): Promise<string | undefined> {
  const known = question.written(ground) ?? given;
  if (known !== undefined || question.applies?.(ground) === false) return known;
  const suggestion = question.suggest(ground);
  const choices = question.choices?.(ground);
  // Nobody is asked what has one answer.
  if (!ask || (choices && choices.length < 2 && !question.optional)) return suggestion;
  return ask(question, ground, suggestion);
}

function problemWith(
  question: Question,
  ground: Ground,
  given: string | undefined,
  answer: string | undefined,
): Problem | undefined {
  const path = question.flag.split(" ")[0] ?? "";
  const written = question.written(ground);
  const paste = (value: string) => `npm run onboard -- ${ground.edge} ${path} ${value}`;
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
    return { path, expected: question.expected(ground), paste: paste(question.example) };
  }
  const choices = question.choices?.(ground);
  if (!choices || choices.includes(answer)) return undefined;
  return {
    path,
    got: answer,
    expected: question.expected(ground),
    paste: paste(choices[0] ?? question.example),
  };
}

/** What the files have that no answer can go with. */
function conflicts(ground: Ground): Problem[] {
  const { project, edge, answers } = ground;
  const entry = `heliograph:hub.edges.${edge}`;
  const problems: Problem[] = [];
  if (entryOf(ground)?.revoked)
    problems.push({
      path: `${entry}.revoked of stack ${answers.hub}`,
      got: true,
      expected:
        "an edge that is not shut out; a new key generation keeps the former certificate out",
      paste: `# in ${entry}: remove revoked, and raise\nkeyGeneration: ${(entryOf(ground)?.keyGeneration ?? 1) + 1}`,
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
