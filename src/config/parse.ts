import type { z } from "zod";
import { ConfigurationError, type Problem } from "../../components/kit/problems";
import { missingCredentials, missingRedisPasswords } from "./cell-check";
import { contradictions, missingAddress } from "./check";
import { missingPasswords } from "./grafana-check";
import { explain } from "./explain";
import { NAMESPACE, secretsSchema, settingsSchema, type Secrets, type Settings } from "./schema";

/** The program's sections of a stack file, the secret one apart. */
export interface Sections {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: unknown;
}

/** Picks the program's keys out of a stack's whole configuration, which holds those of providers too. */
export function sectionsOf(config: Readonly<Record<string, unknown>>): Sections {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
    .map(([key, value]) => [key.slice(NAMESPACE.length + 1), value] as const);
  const { secrets = {}, ...settings } = Object.fromEntries(own);
  return { settings, secrets };
}

/** Reads the settings of a stack. Throws one ConfigurationError with every problem. */
export function parseSettings(stack: string, sections: Sections["settings"]): Settings {
  const settings = parse(`Configuration of stack ${stack}`, settingsSchema, sections);
  const problems = contradictions(settings);
  if (problems.length > 0)
    throw new ConfigurationError(`Configuration of stack ${stack}`, problems);
  return deepFreeze(settings);
}

/** Reads the secrets of a stack, and holds them against what the settings name. Values of secrets never reach a message. */
export function parseSecrets(stack: string, settings: Settings, secrets: unknown): Secrets {
  const subject = `Secrets of stack ${stack}`;
  const parsed = secretsSchema.safeParse(secrets);
  if (!parsed.success) {
    const problems = explain(secretsSchema, secrets, parsed.error).map(hideValue);
    throw new ConfigurationError(subject, problems.map(underSecrets));
  }
  const missing = [
    ...missingCredentials(settings, parsed.data),
    ...missingRedisPasswords(settings, parsed.data),
    ...missingAddress(settings, parsed.data),
    ...missingPasswords(settings.hub, parsed.data.grafana),
  ];
  if (missing.length > 0) throw new ConfigurationError(subject, missing);
  return parsed.data;
}

function parse<T extends z.ZodType>(subject: string, schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ConfigurationError(subject, explain(schema, value, parsed.error));
  return parsed.data;
}

function hideValue(problem: Problem): Problem {
  return problem.got === undefined ? problem : { ...problem, got: "[secret]" };
}

function underSecrets(problem: Problem): Problem {
  const key = problem.path.replace(`${NAMESPACE}:`, `${NAMESPACE}:secrets.`);
  return { ...problem, path: key, paste: `pulumi config set --secret --path '${key}' ...` };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
