import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Issue } from "@heliograph/heliograph";
import { ConfigurationError, DEFAULT_CELL } from "@heliograph/heliograph/model";
import { edited, withEntry } from "../../../config/edit";
import { parseSettings, sectionsOf } from "../../../config/parse";
import { NAMESPACE, pasteLines, showPath } from "../../../config/notation";
import { parseStackFile, stackFile, withProjectConfig } from "../../../config/stack-file";
import { shortName } from "../../project";
import { entryOf, type NewEdge, hubSection } from "./questions";

/** A stack file before and after. */
export interface FileChange {
  readonly stack: string;
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

/** The changes of stack files that add an edge; none where the files have it already. */
export function changesFor(newEdge: NewEdge): FileChange[] {
  const { project, edge, answers } = newEdge;
  const hub = answers.hub ?? "";
  const own = stackFile(project.folder, edge);
  const path = stackFile(project.folder, hub);
  const inventory = readFileSync(path, "utf8");
  const changes: FileChange[] = [
    { stack: hub, path, before: inventory, after: withEdge(inventory, newEdge) },
    ...(project.stacks.includes(edge)
      ? []
      : [{ stack: edge, path: own, before: undefined, after: newStackFile(newEdge, inventory) }]),
  ];
  return changes.filter(({ before, after }) => before !== after);
}

function withEdge(inventory: string, newEdge: NewEdge): string {
  const { edge, answers } = newEdge;
  const { tenant = "", retentionDays, environment, region, cell, activeSeries, outage } = answers;
  const tenantIsThere = hubSection(newEdge)?.tenants[tenant] !== undefined;
  const text = tenantIsThere
    ? inventory
    : withEntry(inventory, "tenants", tenant, {
        ...(cell !== DEFAULT_CELL && { cell }),
        retentionDays: value(retentionDays),
      });
  if (entryOf(newEdge)) return text;
  const entry = {
    tenant,
    environment,
    region,
    activeSeries: value(activeSeries),
    ...(outage !== "6h" && { outage }),
  };
  return withEntry(text, "edges", edge, entry);
}

/**
 * Digits as a number. Other text is rejected later, with everything else that is wrong in the file.
 */
function value(answer: string | undefined): number | string | undefined {
  return answer !== undefined && /^\d+$/.test(answer) ? Number(answer) : answer;
}

function newStackFile(newEdge: NewEdge, inventory: string): string {
  const { project, edge, answers } = newEdge;
  const { like, context = "" } = answers;
  const fromStack = qualified(newEdge);
  // The first line names the schema for editors.
  const schema = /^# yaml-language-server: .*\n/.exec(inventory)?.[0] ?? "";
  if (like === undefined) {
    return edited(`${schema}config: {}\n`, (file) => {
      file.set(["config"], {
        [`${NAMESPACE}:cluster`]: { context },
        [`${NAMESPACE}:edge`]: { name: edge, hub: { fromStack } },
      });
    });
  }
  // A comment at the top is about the other edge.
  const other = readFileSync(stackFile(project.folder, like), "utf8").replace(/^(#.*\n|\n)+/, "");
  // Encryption keys and secrets belong to one stack, and so do the hub, the key and the demo.
  const section = (key: string) => ["config", `${NAMESPACE}:${key}`];
  const own = [
    ["secretsprovider"],
    ["encryptionsalt"],
    ["encryptedkey"],
    section("hub"),
    section("secrets"),
    [...section("edge"), "keyGeneration"],
    [...section("edge"), "demo"],
  ];
  const text = edited(other, (file) => {
    for (const path of own) file.set(path, undefined);
    file.set([...section("cluster"), "context"], context);
    file.set([...section("edge"), "name"], edge);
    file.set([...section("edge"), "hub"], { fromStack });
  });
  return schema + text;
}

/** The fully qualified name of the hub's stack, as in the files of the other edges. */
function qualified({ project, answers: { hub = "" } }: NewEdge): string {
  const others = project.stacks.flatMap(
    (stack) => project.settings(stack).edge?.hub?.fromStack ?? [],
  );
  return others.find((name) => shortName(name) === hub) ?? `organization/${NAMESPACE}/${hub}`;
}

/** Everything that is wrong with the new contents of the files. */
export function issuesIn(changes: readonly FileChange[]): Issue[] {
  return changes.flatMap(({ stack, path, after }) => {
    try {
      const { config = {} } = parseStackFile(after, path);
      const folder = dirname(path);
      parseSettings(stack, sectionsOf(withProjectConfig(folder, config)).settings, { folder });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return error.issues.map(({ path: at, got, expected, lines, example, exampleAt = at }) => ({
        path: [`${showPath(at)} in ${basename(path)}`],
        got,
        expected,
        lines: lines ?? pasteLines(exampleAt, example),
      }));
    }
  });
}

/**
 * Writes a passphrase for a new stack if passphrases are kept in a folder, and returns its file.
 * Not for a stack that is encrypted already: its passphrase is elsewhere, and a new one would not
 * open it.
 */
export function makePassphrase(project: string, stack: string): string | undefined {
  const folder = process.env["HELIOGRAPH_PASSPHRASES"];
  if (!folder || existsSync(join(folder, stack))) return undefined;
  const file = stackFile(project, stack);
  const { encryptionsalt } = parseStackFile(readFileSync(file, "utf8"), file);
  if (encryptionsalt !== undefined) return undefined;
  writeFileSync(join(folder, stack), `${randomBytes(32).toString("base64")}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  return join(folder, stack);
}
