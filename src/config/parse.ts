import type { z } from "zod";
import type { Issue } from "@heliograph/heliograph";
import { refuse } from "@heliograph/heliograph/model";
import { missingCredentials, missingRedisPasswords } from "./cell-check";
import { missingReceiverSecrets } from "./alerting-check";
import { contradictions, missingAddress } from "./check";
import { edgeDefaultsIssues, whereItIsSaid, withEdgeDefaults } from "./edge-defaults";
import { missingPasswords } from "./grafana-check";
import { explain } from "./explain";
import { NAMESPACE, ofStack, setSecret, STACK_FILE } from "./notation";
import { withOwnFiles } from "./own-files";
import { secretsSchema, settingsSchema, type Secrets, type Settings } from "./schema";

/** The program's sections of a stack file, the secret one apart. */
interface Sections {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: unknown;
}

/**
 * Picks the program's keys out of a stack's whole configuration, which holds those of providers
 * too.
 */
export function sectionsOf(config: Readonly<Record<string, unknown>>): Sections {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
    .map(([key, value]) => [key.slice(NAMESPACE.length + 1), value] as const);
  const { secrets = {}, ...settings } = Object.fromEntries(own);
  return { settings, secrets };
}

/** Where the settings of a stack are. */
interface StackSource {
  /** Name of its file, which messages then have. */
  readonly file?: string;
  /** Folder that the folders of its own files are in. Defaults to that of the project. */
  readonly folder?: string;
}

/** Reads the settings of a stack. Throws one ConfigurationError with every issue. */
export function parseSettings(
  stack: string,
  sections: Sections["settings"],
  { file, folder }: StackSource = {},
): Settings {
  const subject = `Configuration of stack ${stack}${file === undefined ? "" : `, ${file}`}`;
  const reject = (issues: readonly Issue[]) =>
    refuse(subject, whereItIsSaid(sections, issues), STACK_FILE);
  reject(edgeDefaultsIssues(sections));
  const parsed = parse(settingsSchema, withEdgeDefaults(sections), reject);
  const { settings, issues } = withOwnFiles(parsed, folder);
  reject([...issues, ...contradictions(settings)]);
  return deepFreeze(settings);
}

/**
 * Reads the secrets of a stack, and checks that those are there that the settings name. No value of
 * a secret reaches a message.
 */
export function parseSecrets(stack: string, settings: Settings, secrets: unknown): Secrets {
  const subject = `Secrets of stack ${stack}`;
  const named = (issue: Issue) => ofStack(stack, issue);
  const parsed = parse(secretsSchema, secrets, (issues) =>
    refuse(subject, issues.map(withoutSecrets).map(named), STACK_FILE),
  );
  const missing = [
    ...missingCredentials(settings, parsed),
    ...missingRedisPasswords(settings, parsed),
    ...missingAddress(settings, parsed),
    ...missingReceiverSecrets(settings, parsed.receivers),
    ...missingPasswords(settings.hub, parsed.grafana),
  ];
  refuse(subject, missing.map(named), STACK_FILE);
  return parsed;
}

/** `reject` throws. */
function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
  reject: (issues: readonly Issue[]) => void,
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) reject(explain(schema, value, parsed.error));
  return parsed.data as z.output<T>;
}

function withoutSecrets({ path, got, expected }: Issue): Issue {
  return {
    path: ["secrets", ...path],
    ...(got !== undefined && { got: "[secret]" }),
    expected,
    lines: setSecret(path.map(String)),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
