/** Changes of a source file, each of which a test should notice. Pure: text in, mutants out. */
import ts from "typescript";

export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** Position of the text that is replaced. */
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
  /** The smallest expression around it, where a probe says that a test reaches it. */
  readonly within: readonly [start: number, end: number];
  /** Runs when its file is loaded, which is once for all tests. */
  readonly onLoad: boolean;
}

type Change = readonly [node: ts.Node, replacement: string];

const OPERATORS: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
};

const METHODS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  ceil: "floor",
  floor: "ceil",
};

/** Calls whose result is the value that they are called on, with less or in another order. */
const LEFT_OUT = new Set(["filter", "sort", "toSorted", "reverse", "slice", "trim", "default"]);

/** Calls whose texts are for people: nobody should have to test their words. */
const FOR_PEOPLE = new Set(["described", "describe", "Error", "Failure"]);

export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || isDeclaration(node)) return;
    for (const [target, replacement] of changesOf(node)) {
      const start = target.getStart(source);
      const { end } = target;
      const original = text.slice(start, end);
      if (original === replacement) continue;
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const around = expressionAround(target);
      const within = [around.getStart(source), around.end] as const;
      const onLoad = !ts.findAncestor(target, ts.isFunctionLike);
      found.push({ file, line, start, end, original, replacement, within, onLoad });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export function mutated(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The same text, which calls `reached(<index>)` of the global object where a mutant would be. */
export function withProbes(text: string, mutants: ReadonlyMap<number, Mutant>): string {
  const pieces = [...mutants].flatMap(
    ([
      index,
      {
        within: [start, end],
      },
    ]) => [
      { at: start, rank: end - start, text: `(globalThis.reached?.(${index}), ` },
      { at: end, rank: start - end, text: ")" },
    ],
  );
  // From the end, so that positions hold. Of two with the same start the longer one is outside.
  return pieces
    .sort((a, b) => b.at - a.at || a.rank - b.rank)
    .reduce(
      (result, piece) => result.slice(0, piece.at) + piece.text + result.slice(piece.at),
      text,
    );
}

/** `hub/resolve.ts:12: a.logs -> a.metrics` */
export function shown({ file, line, original, replacement }: Mutant): string {
  const short = (text: string) => {
    const flat = text.replace(/\s+/g, " ");
    return flat.length > 80 ? `${flat.slice(0, 77)}...` : flat;
  };
  return `${file}:${line}: ${short(original)} -> ${short(replacement) || "nothing"}`;
}

/** Nothing is left of it when it runs. */
function isDeclaration(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function expressionAround(node: ts.Node): ts.Node {
  if (ts.isExpressionStatement(node)) return node.expression;
  const { parent } = node;
  // A method is called on its object: the call is what can be wrapped.
  const isCallee = ts.isCallExpression(parent) && parent.expression === node;
  return ts.isExpression(node) && !ts.isSpreadElement(node) && !isNameOfMember(node) && !isCallee
    ? node
    : expressionAround(parent);
}

function isNameOfMember(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
}

function changesOf(node: ts.Node): Change[] {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, "false"]];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [[node, "true"]];
  if (ts.isNumericLiteral(node))
    return isName(node) ? [] : [[node, Number(node.text) === 0 ? "1" : `(${node.text} + 1)`]];
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return isName(node) || isForPeople(node) ? [] : [[node, node.text === "" ? '"mutant"' : '""']];
  if (ts.isTemplateExpression(node)) return isForPeople(node) ? [] : [[node, '""']];
  if (ts.isBinaryExpression(node)) return changesOfBinary(node);
  if (ts.isConditionalExpression(node)) return conditions(node.condition);
  if (ts.isIfStatement(node)) return conditions(node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [[node, node.operand.getText()]];
  if (ts.isObjectLiteralExpression(node)) return changesOfObject(node);
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0)
    return [[node, "[]"], ...node.elements.flatMap((each) => withoutElement(node, each))];
  if (ts.isCallExpression(node)) return changesOfCall(node);
  if (ts.isExpressionStatement(node) && isAction(node.expression)) return [[node, ";"]];
  return [];
}

const conditions = (condition: ts.Expression): Change[] => [
  [condition, "true"],
  [condition, "false"],
];

function changesOfBinary(node: ts.BinaryExpression): Change[] {
  const { left, operatorToken, right } = node;
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [
      [node, `(${right.getText()})`],
      [node, `(${left.getText()})`],
    ];
  const other = OPERATORS[operatorToken.kind];
  return other && !isForPeople(node) ? [[operatorToken, other]] : [];
}

/** Each property is left out, and gets the value of another one that is written alike. */
function changesOfObject({ properties }: ts.ObjectLiteralExpression): Change[] {
  const values = properties.flatMap((property) => {
    const value = valueOf(property);
    return value && !ts.isLiteralExpression(value) && !ts.isArrowFunction(value)
      ? [{ property, value }]
      : [];
  });
  const exchanged = values.flatMap(({ property, value }, index): Change[] => {
    const others = [...values.slice(index + 1), ...values.slice(0, index)];
    const other = others.find((each) => each.value.kind === value.kind);
    return other ? [[property, `${property.name!.getText()}: ${other.value.getText()}`]] : [];
  });
  return [...properties.map((property): Change => [property, "...{}"]), ...exchanged];
}

function valueOf(property: ts.ObjectLiteralElementLike): ts.Expression | undefined {
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : undefined;
}

function withoutElement(array: ts.ArrayLiteralExpression, element: ts.Expression): Change[] {
  return array.elements.length > 1 ? [[element, "...[]"]] : [];
}

function changesOfCall(node: ts.CallExpression): Change[] {
  const called = node.expression;
  if (!ts.isPropertyAccessExpression(called)) return [];
  const other = METHODS[called.name.text];
  if (other) return [[called.name, other]];
  return LEFT_OUT.has(called.name.text) ? [[node, called.expression.getText()]] : [];
}

/** A statement that makes or does something: a resource, a call. */
function isAction(node: ts.Expression): boolean {
  return ts.isNewExpression(node) || (ts.isCallExpression(node) && !isSuper(node));
}

const isSuper = ({ expression }: ts.CallExpression) =>
  expression.kind === ts.SyntaxKind.SuperKeyword;

/** A key of an object, or a member that is reached by it. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isExpressionStatement(parent) ||
    ts.isComputedPropertyName(parent) ||
    ts.isElementAccessExpression(parent)
  );
}

function isForPeople(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    const called = parent.expression;
    return FOR_PEOPLE.has(
      ts.isPropertyAccessExpression(called) ? called.name.text : called.getText(),
    );
  }
  return isPartOfText(parent) && isForPeople(parent);
}

function isPartOfText(node: ts.Node): boolean {
  return (
    ts.isTemplateSpan(node) ||
    ts.isTemplateExpression(node) ||
    ts.isBinaryExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isParenthesizedExpression(node)
  );
}
