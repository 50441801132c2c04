import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { YAMLException } from "js-yaml";
import { fromYaml } from "@heliograph/heliograph/model";
import { EDGE_DEFAULTS } from "./edge-defaults";
import { NAMESPACE } from "./notation";
import { parseSettings, sectionsOf } from "./parse";
import type { Settings } from "./schema";

/** A stack file as it is written: encrypted values are `{ secure: ... }`. */
interface StackFile {
  readonly config?: StackConfig;
  readonly encryptionsalt?: string;
}

type StackConfig = Readonly<Record<string, unknown>>;

/** Thrown for a file that is no YAML; shown without a stack trace. */
class UnreadableFile extends Error {
  /** Pulumi shows an error with this mark as a `pulumi.RunError`. */
  readonly __pulumiRunError = true;
}

export function stackFile(project: string, stack: string): string {
  return join(project, `Pulumi.${stack}.yaml`);
}

/** Names of the stacks that have a file, sorted. */
export function stackNames(project: string): string[] {
  return readdirSync(project)
    .map((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1])
    .filter((stack) => stack !== undefined)
    .sort();
}

/** Reads the text of a stack file. Throws UnreadableFile, which names the file and the line. */
export function parseStackFile(text: string, file: string): StackFile {
  try {
    const content = fromYaml(text) ?? {};
    if (typeof content === "object" && !Array.isArray(content)) return content;
    throw new UnreadableFile(`${basename(file)}: keys are expected at its top, as \`config:\``);
  } catch (error) {
    if (error instanceof YAMLException) throw new UnreadableFile(describe(error, text, file));
    throw error;
  }
}

/** What js-yaml says of the mistakes that are made most. */
const IN_PLAIN_WORDS: Readonly<Record<string, string>> = {
  "duplicated mapping key": "this key is in the file twice, in the same section",
  "tab characters must not be used in indentation": "a line is indented by a tab: use spaces",
  "bad indentation of a mapping entry":
    "the line does not fit the lines above it, or has a text with a colon that needs quotes",
  "deficient indentation":
    "the line is indented too little, or a bracket, brace or quote above it is never closed",
  "expected a single document in the stream, but found more":
    "a second document begins here: a stack file is one document",
};

function describe({ reason, mark }: YAMLException, text: string, file: string): string {
  const line = mark ? mark.line + 1 : secondDocument(text);
  const what = IN_PLAIN_WORDS[reason] ?? reason;
  return [`${basename(file)}, line ${line}: ${what}`, mark?.snippet].filter(Boolean).join("\n\n");
}

/** Line of the `---` behind which there is another document. */
function secondDocument(text: string): number {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => !/^\s*(#|---|%|$)/.test(line));
  return lines.findIndex((line, index) => index > first && line.startsWith("---")) + 1;
}

/**
 * The configuration of a stack as Pulumi puts it together: that of its file, and of Pulumi.yaml
 * each key that the stack's file does not have.
 */
export function withProjectConfig(project: string, config: StackConfig): StackConfig {
  return { ...projectConfig(project), ...config };
}

function projectConfig(project: string): StackConfig {
  const file = join(project, "Pulumi.yaml");
  if (!existsSync(file)) return {};
  const { config = {} } = parseStackFile(readFileSync(file, "utf8"), file);
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, entry]) => {
      const value = valueOf(key, entry);
      return value === undefined ? [] : [[key.includes(":") ? key : `${NAMESPACE}:${key}`, value]];
    }),
  );
}

/** A value that is no map stands for itself; in a map, `value` or `default` holds it. */
function valueOf(key: string, entry: unknown): unknown {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  if ("value" in entry) return entry.value;
  if ("default" in entry) return entry.default;
  if (!key.endsWith(EDGE_DEFAULTS)) return undefined;
  throw new UnreadableFile(
    `Pulumi.yaml: the settings of ${key} are expected below its key \`value\``,
  );
}

/** The whole configuration of a stack, that of its project included. */
export function readStackConfig(project: string, stack: string): StackConfig {
  const file = stackFile(project, stack);
  if (!existsSync(file)) {
    throw new Error(
      `No stack ${stack}: ${file} does not exist. Stacks here: ${stackNames(project).join(", ")}`,
    );
  }
  const { config = {} } = parseStackFile(readFileSync(file, "utf8"), file);
  return withProjectConfig(project, config);
}

/** Settings of a stack, read and checked without an engine. */
export function readSettings(project: string, stack: string): Settings {
  const { settings } = sectionsOf(readStackConfig(project, stack));
  const file = basename(stackFile(project, stack));
  return parseSettings(stack, settings, { file, folder: project });
}
