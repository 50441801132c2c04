/**
 * Which file imports which: prints every import that its folder may not have, and every cycle, and
 * fails where there is one. `npm run lint` runs it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";
import { peerDependenciesMeta } from "../components/package.json";

const root = resolve(__dirname, "..");

interface Import {
  readonly from: string;
  /** A file of the repository, or the name of a package. */
  readonly to: string;
  /** Whether nothing is left of it when it runs. */
  readonly type: boolean;
  readonly line: number;
}

interface Boundary {
  /** The files that it is about, as paths from the root. */
  readonly files: RegExp;
  /** What they may not import. */
  readonly not: RegExp;
  readonly except?: RegExp;
  /** Whether types may be imported all the same. */
  readonly types?: true;
  readonly why: string;
}

/** The doors of the package. Everything else of the library is its own business. */
const DOORS = /^@heliograph\/heliograph(\/model)?$/;
const CLOUD_SDK = new RegExp(`^(${Object.keys(peerDependenciesMeta).join("|")})(/|$)`);

const BOUNDARIES: readonly Boundary[] = [
  {
    files: /^(src|lab|examples|scripts|\.ci)\//,
    not: /^components\//,
    except: /^components\/package\.json$/,
    why: "the library is imported by its doors: @heliograph/heliograph and its /model",
  },
  { files: /^components\//, not: /^(src|lab|test)\//, why: "the library knows no program" },
  { files: /^components\//, not: DOORS, why: "the library imports its own files by path" },
  { files: /^src\//, not: /^(lab|test)\//, why: "the program knows neither lab nor tests" },
  { files: /^lab\//, not: /^test\//, why: "the lab knows no tests" },
  {
    files: /^components\/hub\//,
    not: /^components\/edge\//,
    why: "hub and edge meet only in contract",
  },
  {
    files: /^components\/edge\//,
    not: /^components\/hub\//,
    why: "hub and edge meet only in contract",
  },
  {
    files: /^components\/contract\//,
    not: /^components\/(?!contract\/|kit\/)/,
    why: "the contract knows the kit alone",
  },
  {
    files: /^components\/kit\//,
    not: /^components\/(?!kit\/|versions\.json)/,
    why: "the kit knows nobody",
  },
  {
    files: /^components\/(storage|pki)\//,
    not: /^components\/(?!storage\/|pki\/|kit\/|contract\/|package\.json)/,
    why: "storage and pki know contract and kit alone",
  },
  {
    files: /^components\//,
    not: CLOUD_SDK,
    types: true,
    why: "a cloud's SDK is loaded when a bucket is created there: see loadSdk",
  },
];

/** Folders below these do not import each other. */
const STRANGERS = ["components/backends", "components/storage"];
const SHARED = new Set(["kit"]);

/** Files that run without Pulumi: they, and everything that they load. */
const PURE = ["components/model.ts"];

const files = ["src", "components", "lab", "test", "scripts", ".ci", "examples"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => /\.m?ts$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name)),
);
const known = new Set(files);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

const findings = [
  ...[...imports.values()].flat().flatMap(forbidden),
  ...PURE.flatMap(pulumiOf),
  ...cycles().map((cycle) => `${cycle.join(" -> ")}: a cycle`),
];
for (const finding of findings) console.error(finding);
console.log(`${files.length} files: ${findings.length || "no"} imports to mend`);
process.exitCode = findings.length > 0 ? 1 : 0;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (at: ts.Node, specifier: string, type: boolean) =>
    found.push({
      from: file,
      to: target(file, specifier),
      type,
      line: source.getLineAndCharacterOfPosition(at.getStart()).line + 1,
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      const specifier = node.moduleSpecifier;
      if (specifier && ts.isStringLiteral(specifier)) add(node, specifier.text, isType(node));
      return;
    }
    if (ts.isCallExpression(node) && node.arguments.length === 1) {
      const [argument] = node.arguments;
      const called = node.expression;
      const loads =
        called.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(called) && called.text === "require");
      if (loads && argument && ts.isStringLiteral(argument)) add(node, argument.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isType(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) {
    const { exportClause } = node;
    if (node.isTypeOnly) return true;
    return (
      exportClause !== undefined &&
      ts.isNamedExports(exportClause) &&
      exportClause.elements.every(({ isTypeOnly }) => isTypeOnly)
    );
  }
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const bindings = clause.namedBindings;
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

function target(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = relative(root, resolve(root, dirname(file), specifier));
  const candidates = [path, `${path}.ts`, `${path}.mts`, `${path}/index.ts`];
  const typed = path.replace(/\.(m?)js$/, ".$1ts");
  return [...candidates, typed].find((candidate) => known.has(candidate)) ?? path;
}

function forbidden({ from, to, type, line }: Import): string[] {
  const broken = BOUNDARIES.filter(
    ({ files, not, except, types }) =>
      files.test(from) && not.test(to) && !except?.test(to) && !(types && type),
  ).map(({ why }) => why);
  const strange = STRANGERS.filter((folder) => {
    const [one, other] = [from, to].map((path) => partOf(folder, path));
    return one && other && one !== other && !SHARED.has(other);
  }).map((folder) => `folders of ${folder} do not know each other`);
  return [...broken, ...strange].map((why) => `${from}:${line} imports ${to}: ${why}`);
}

/** The folder below `folder` in which a file is; undefined for one that is in none. */
function partOf(folder: string, path: string): string | undefined {
  const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/") : [];
  return rest.length > 1 ? rest[0] : undefined;
}

/** The ways on which a pure file loads Pulumi. */
function pulumiOf(pure: string): string[] {
  if (!known.has(pure)) return [];
  const found: string[] = [];
  const seen = new Set([pure]);
  const walk = (path: readonly string[]): void => {
    for (const { to, type } of imports.get(path.at(-1)!) ?? []) {
      if (type) continue;
      if (to.startsWith("@pulumi/")) found.push(`${[...path, to].join(" -> ")}: ${pure} is pure`);
      if (seen.has(to)) continue;
      seen.add(to);
      walk([...path, to]);
    }
  };
  walk([pure]);
  return found;
}

/**
 * Cycles of what files load. Types may refer to each other: nothing is left of them at run time.
 */
function cycles(): string[][] {
  const state = new Map<string, "open" | "done">();
  const found: string[][] = [];
  const walk = (file: string, path: readonly string[]): void => {
    state.set(file, "open");
    for (const { to, type } of imports.get(file) ?? []) {
      if (type || !known.has(to)) continue;
      if (state.get(to) === "open") found.push([...path.slice(path.indexOf(to)), to]);
      else if (!state.has(to)) walk(to, [...path, to]);
    }
    state.set(file, "done");
  };
  for (const file of files) if (!state.has(file)) walk(file, [file]);
  return found;
}
