import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { code, table } from "./markdown";

interface Field {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly description: string;
}

interface Documented {
  readonly name: string;
  readonly kind: "class" | "interface" | "enum" | "other";
  readonly description: string;
  readonly fields: readonly Field[];
}

/**
 * The reference of the library: components with their arguments and outputs, then every other type
 * that its door exports. Read from the sources alone, without a type check. `backends`: their names
 * by signal.
 */
export function componentsReference(
  library: string,
  backends: Readonly<Record<string, readonly string[]>>,
): string {
  const declarations = declarationsIn(library);
  const exported = namesExportedBy(join(library, "index.ts"));
  const found = exported.flatMap((name) => declarations.get(name) ?? []);
  const classes = found.filter(({ kind }) => kind === "class");
  const interfaces = found.filter(({ kind }) => kind === "interface");
  const enums = found.filter(({ kind }) => kind === "enum");
  const argumentsOf = ({ name }: Documented) =>
    interfaces.find((each) => each.name === `${name}Args`);
  const shown = new Set(classes.flatMap((each) => argumentsOf(each)?.name ?? []));
  const others = interfaces.filter(({ name }) => !shown.has(name));
  // The arguments of a component are shown under its own heading.
  const anchors = new Map(
    found
      .filter(({ kind }) => kind !== "other")
      .map(({ name }) => [
        name,
        (shown.has(name) ? name.replace(/Args$/, "") : name).toLowerCase(),
      ]),
  );
  const fields = (title: string, { fields: all }: Documented) =>
    all.length === 0
      ? []
      : [
          "",
          ...table(
            [title, "type", "meaning"],
            all.map((field) => row(field, anchors)),
          ),
        ];
  return [
    "# Components, their arguments and outputs",
    "",
    "This page lists the arguments and outputs of all components. `npm run generate` generates it from",
    "the doc comments of `components/`. A `?` after the name of an argument means that it is optional.",
    "",
    ...classes.flatMap((each) => {
      const args = argumentsOf(each);
      return [
        `## ${each.name}`,
        "",
        ...paragraphs(each.description),
        ...(args ? fields("argument", args) : []),
        ...fields("output", each),
        "",
      ];
    }),
    "## Types of arguments",
    "",
    ...others.flatMap((each) => [
      `### ${each.name}`,
      "",
      ...paragraphs(each.description),
      ...fields("field", each),
      "",
    ]),
    "## Backends",
    "",
    "Values of `backend`, by the signal that it stores. The first one is the default.",
    "",
    ...table(
      ["signal", "backend"],
      Object.entries(backends).map(([signal, names]) => [signal, names.map(code).join(", ")]),
    ),
    "",
    "## Choices",
    "",
    ...enums.flatMap((each) => [
      `### ${each.name}`,
      "",
      ...paragraphs(each.description),
      ...fields("member", each),
      "",
    ]),
  ]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
}

function row(
  { name, type, optional, description }: Field,
  anchors: ReadonlyMap<string, string>,
): string[] {
  const anchor = anchors.get(/[A-Z]\w+/.exec(type)?.[0] ?? "");
  const shown = anchor === undefined ? code(type) : `[${code(type)}](#${anchor})`;
  return [code(optional ? `${name}?` : name), shown, description];
}

/** A doc comment as lines of at most 100 columns. Code between fences stays as it is. */
function paragraphs(text: string): string[] {
  return text
    .split(/(^```[^]*?^```$)/m)
    .flatMap((part) =>
      part.startsWith("```")
        ? [part.split("\n")]
        : part
            .split(/\n{2,}/)
            .filter((paragraph) => paragraph.trim() !== "")
            .map((paragraph) => paragraph.split(/\n(?=- )/).flatMap(wrapped)),
    )
    .flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** A paragraph, or an item of a list, whose lines are indented. */
function wrapped(paragraph: string): string[] {
  const indent = paragraph.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  for (const word of paragraph.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (`${last} ${word}`.length <= 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}

/** Names that the door exports, in its order. */
function namesExportedBy(door: string): string[] {
  return parsed(door).statements.flatMap((statement) => {
    const clause = ts.isExportDeclaration(statement) && statement.exportClause;
    return clause && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
  });
}

function declarationsIn(folder: string): ReadonlyMap<string, Documented> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.includes("node_modules") && !file.includes("dist"),
  );
  return new Map(
    files
      .sort()
      .flatMap((file) => parsed(join(folder, file)).statements.flatMap(documented))
      .map((each) => [each.name, each]),
  );
}

function parsed(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

function documented(statement: ts.Statement): Documented[] {
  if (!ts.canHaveModifiers(statement) || !isExported(statement)) return [];
  if (ts.isClassDeclaration(statement) && statement.name)
    return [
      {
        name: statement.name.text,
        kind: "class",
        description: docOf(statement),
        fields: statement.members.flatMap(outputOf),
      },
    ];
  if (ts.isInterfaceDeclaration(statement))
    return [
      {
        name: statement.name.text,
        kind: "interface",
        description: [docOf(statement), ...inherited(statement)].join("\n\n"),
        fields: statement.members.flatMap((member) =>
          ts.isPropertySignature(member) ? [fieldOf(member)] : [],
        ),
      },
    ];
  // Choices are objects of constants: `export const ServiceType = { ... } as const`.
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((declaration) =>
      choicesOf(declaration, docOf(statement)),
    );
  if (ts.isEnumDeclaration(statement))
    return [
      {
        name: statement.name.text,
        kind: "enum",
        description: docOf(statement),
        fields: statement.members.map((member) => ({
          name: member.name.getText(),
          type: member.initializer?.getText() ?? "",
          optional: false,
          description: docOf(member),
        })),
      },
    ];
  return [];
}

/** A sentence about the fields that an interface takes over from others. */
function inherited({ heritageClauses }: ts.InterfaceDeclaration): string[] {
  return (heritageClauses ?? [])
    .flatMap(({ types }) => types.map((type) => type.getText()))
    .map((base) => `It also has the fields of ${code(base)}.`);
}

function choicesOf(
  { name, initializer }: ts.VariableDeclaration,
  description: string,
): Documented[] {
  const literal =
    initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
  if (!literal || !ts.isObjectLiteralExpression(literal)) return [];
  const fields = literal.properties.flatMap((property) =>
    ts.isPropertyAssignment(property)
      ? [
          {
            name: property.name.getText(),
            type: property.initializer.getText(),
            optional: false,
            description: docOf(property),
          },
        ]
      : [],
  );
  return [{ name: name.getText(), kind: "enum", description, fields }];
}

/** A public property of a component. */
function outputOf(member: ts.ClassElement): Field[] {
  if (!ts.isPropertyDeclaration(member) || !member.type) return [];
  const hidden = [
    ts.SyntaxKind.PrivateKeyword,
    ts.SyntaxKind.ProtectedKeyword,
    ts.SyntaxKind.StaticKeyword,
  ];
  const isHidden = member.modifiers?.some(({ kind }) => hidden.includes(kind)) ?? false;
  return isHidden ? [] : [fieldOf(member)];
}

function fieldOf(member: ts.PropertySignature | ts.PropertyDeclaration): Field {
  return {
    name: member.name.getText(),
    type: (member.type?.getText() ?? "unknown").replace(/\s+/g, " ").replaceAll("pulumi.", ""),
    optional: member.questionToken !== undefined,
    description: docOf(member),
  };
}

function isExported(node: ts.HasModifiers): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** The doc comment of a declaration, without its marks and tags. */
function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1);
  return ts.getTextOfJSDocComment(doc?.comment)?.trim() ?? "";
}
