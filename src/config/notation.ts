import type { Issue } from "@heliograph/heliograph";
import { type Notation, toYaml } from "@heliograph/heliograph/model";

/** Prefix of the program's keys in a stack file: the project's name. */
export const NAMESPACE = "heliograph";

type Path = readonly PropertyKey[];

/** Issues as they stand in a stack file: `heliograph:hub.edges.dev`, and lines of YAML to paste. */
export const STACK_FILE: Notation = { path: showPath, paste: pasteLines };

/** `["hub","edges","dev"]` -> `heliograph:hub.edges.dev` */
export function showPath(path: Path): string {
  const keys = path.map(String).join(".");
  return `${NAMESPACE}:${keys}${isShared(path) ? " of Pulumi.yaml" : ""}`;
}

/** Settings that all edges share are in the file of the project, which has a form of its own. */
function isShared([section]: Path): boolean {
  return section === "edgeDefaults";
}

/** The value with the keys that lead to it, as it stands in a stack file. */
export function pasteLines(path: Path, value: unknown): string {
  const [, ...rest] = path;
  const keys = isShared(path) ? ["edgeDefaults", "value", ...rest] : path;
  const nested = [...keys].reverse().reduce<unknown>((inner, key) => {
    return typeof key === "number" ? [inner] : { [String(key)]: inner };
  }, value);
  return toYaml(path.length === 0 ? value : nested).replace(/^/, `${NAMESPACE}:`);
}

/** Lines for a key that has to go. */
export function removeKey(path: Path): string {
  return `# remove ${showPath(path)}`;
}

/** The issue with commands that name the stack: Pulumi would take the one that is selected. */
export function ofStack(stack: string, { lines, ...issue }: Issue): Issue {
  if (lines === undefined) return issue;
  const named = lines.replaceAll("pulumi config set ", `pulumi config set --stack ${stack} `);
  return { ...issue, lines: named };
}

/** The command that sets a secret. */
export function setSecret(path: Path, value = "..."): string {
  return `pulumi config set --secret --path '${showPath(["secrets", ...path])}' ${value}`;
}
