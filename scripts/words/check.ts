/**
 * Fails on words that the glossary does not use, and on lines over 100 columns. `--accept` records
 * the number of findings of today in known.json; a folder may have fewer later, never more.
 *
 * Words are looked for in comments, identifiers and pages, not in strings: messages have tests of
 * their own. Of lines, those of tables, those with a URL, and lines of code that are long because
 * of a string do not count. Generated pages and recorded texts are left out.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { EXCEPTIONS, UNUSED } from "./words";

const root = resolve(__dirname, "../..");
const KNOWN = join(__dirname, "known.json");
const WIDTH = 100;
const LEFT_OUT = /^(docs\/reference\/|docs\/(glossary|dashboards)\.md|scripts\/words\/)/;

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** A piece of text that is checked for words. */
interface Piece {
  readonly line: number;
  readonly text: string;
}

const files = execFileSync("git", ["ls-files", "*.ts", "*.mts", "*.md"], { cwd: root })
  .toString()
  .trim()
  .split("\n")
  .filter((file) => !LEFT_OUT.test(file));
const findings = files.flatMap(findingsIn);
const counts = countsOf(findings);

if (process.argv.includes("--accept")) {
  writeFileSync(KNOWN, `${JSON.stringify(counts, null, 2)}\n`);
} else {
  const known = JSON.parse(readFileSync(KNOWN, "utf8")) as Record<string, number>;
  const worse = Object.keys(counts).filter((key) => (counts[key] ?? 0) > (known[key] ?? 0));
  const shown = findings.filter((finding) => worse.includes(keyOf(finding)));
  for (const { file, line, what } of shown) console.error(`${file}:${line}: ${what}`);
  if (shown.length > 0) {
    console.error(`\nMore of these than before in: ${worse.join(", ")}. See docs/glossary.md`);
    process.exitCode = 1;
  }
}

function findingsIn(file: string): Finding[] {
  const text = readFileSync(join(root, file), "utf8");
  const isPage = file.endsWith(".md");
  const pieces = isPage ? proseOf(text) : commentsAndNamesOf(text);
  return [
    ...pieces.flatMap(({ line, text: piece }) =>
      unusedIn(file, piece).map((what) => ({ file, line, what })),
    ),
    ...(isPage ? longLinesOfPage(text) : longLinesOfCode(text, pieces)).map((line) => ({
      file,
      line,
      what: `over ${WIDTH} columns`,
    })),
  ];
}

function unusedIn(file: string, text: string): string[] {
  const lower = text.toLowerCase();
  return UNUSED.filter(({ pattern }) => pattern.test(lower))
    .filter(({ word }) => !EXCEPTIONS.some((each) => each.word === word && each.files.test(file)))
    .map(({ word, instead }) => `"${word}": ${instead}`);
}

/** Lines of a page without code and links. */
function proseOf(text: string): Piece[] {
  let inCode = false;
  return text.split("\n").flatMap((line, index) => {
    if (line.startsWith("```")) inCode = !inCode;
    if (inCode || line.startsWith("```")) return [];
    return [{ line: index + 1, text: line.replace(/`[^`]*`|\]\([^)]*\)/g, "") }];
  });
}

function commentsAndNamesOf(text: string): Piece[] {
  const source = ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const pieces: Piece[] = [];
  const seen = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) pieces.push({ line: lineOf(node.pos), text: wordsOf(node.text) });
    if (ts.isToken(node) || node.kind === ts.SyntaxKind.EndOfFileToken)
      for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
        if (seen.has(pos)) continue;
        seen.add(pos);
        const lines = text.slice(pos, end).split("\n");
        const first = lineOf(pos);
        lines.forEach((line, index) => pieces.push({ line: first + index, text: line }));
      }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return pieces;
}

/** `handedOver` -> `handed over` */
function wordsOf(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ");
}

function longLinesOfPage(text: string): number[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      isLong(line) && !line.startsWith("|") && !/\]\(|https?:\/\//.test(line) ? [index + 1] : [],
    );
}

function longLinesOfCode(text: string, pieces: readonly Piece[]): number[] {
  const comments = new Set(
    pieces.filter(({ text: piece }) => /^\s*(\/\/|\/\*|\*)/.test(piece)).map(({ line }) => line),
  );
  return text.split("\n").flatMap((line, index) => {
    if (!isLong(line) || /https?:\/\//.test(line)) return [];
    // The formatter breaks every other line of code.
    return comments.has(index + 1) || !/["'`/]/.test(line) ? [index + 1] : [];
  });
}

function isLong(line: string): boolean {
  return [...line].length > WIDTH;
}

function keyOf({ file, what }: Finding): string {
  const folder = file.includes("/") ? file.split("/")[0] : file;
  return `${folder}: ${what.split(":")[0]}`;
}

function countsOf(all: readonly Finding[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const finding of all) found.set(keyOf(finding), (found.get(keyOf(finding)) ?? 0) + 1);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
