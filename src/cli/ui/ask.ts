import { EXIT, Failure } from "./failure";

/** Ctrl-C at a question is an answer too. */
const WALKED_AWAY = ["ExitPromptError", "AbortPromptError"];

/** Whether there is somebody to ask. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** Yes or no; no where nothing is said. */
export async function agreed(question: string): Promise<boolean> {
  const { confirm } = await prompts();
  return answered(confirm({ message: question, default: false }));
}

export async function askText(question: string, suggestion: string | undefined): Promise<string> {
  const { input } = await prompts();
  const options = {
    message: question,
    required: true,
    ...(suggestion !== undefined && { default: suggestion }),
  };
  return (await answered(input(options))).trim();
}

interface Choice {
  readonly name: string;
  /** Undefined: none of the others. */
  readonly value: string | undefined;
}

export async function askChoice(
  question: string,
  choices: readonly Choice[],
  suggestion: string | undefined,
): Promise<string | undefined> {
  const { select } = await prompts();
  return answered(select({ message: question, choices: [...choices], default: suggestion }));
}

/** Loaded late: few commands ask, and those with `--yes` do not. */
function prompts(): Promise<typeof import("@inquirer/prompts")> {
  return import("@inquirer/prompts");
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && WALKED_AWAY.includes(error.name))
      throw new Failure("Nothing was changed.", undefined, EXIT.interrupted);
    throw error;
  }
}
