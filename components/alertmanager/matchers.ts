import { RE2JS } from "re2js";

/** Labels of an alert. One that is missing is the same as one that is empty. */
export type Labels = Readonly<Record<string, string>>;

const OPERATORS = ["=~", "!~", "!=", "="] as const;
type Operator = (typeof OPERATORS)[number];

/** A condition on one label. */
export interface Matcher {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
  /** Whether a value of the label is one of those it asks for. */
  readonly takes: (value: string) => boolean;
}

/** Whether all conditions hold. */
export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, takes }) => takes(valueOf(labels, name)));
}

export function valueOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? "") : "";
}

/** A matcher as Alertmanager writes it. */
export function matcherText({ name, operator, value }: Omit<Matcher, "takes">): string {
  const quotedName = RESERVED.test(name) ? JSON.stringify(name) : name;
  return `${quotedName}${operator}"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/**
 * The conditions in a text such as `tenant="a",severity=~"critical|warning"`, as Alertmanager reads
 * them: in its older notation where the text is one, and otherwise in that for names in UTF-8,
 * which may be quoted. Throws where it is neither.
 */
export function parseMatchers(text: string): Matcher[] {
  try {
    return classicMatchers(text);
  } catch (older) {
    try {
      return utf8Matchers(text);
    } catch {
      throw new Error(`${text}: ${(older as Error).message}`, { cause: older });
    }
  }
}

export function matcher(name: string, operator: Operator, value: string): Matcher {
  return { name, operator, value, takes: condition(operator, value) };
}

function condition(operator: Operator, value: string): Matcher["takes"] {
  if (operator === "=") return (given) => given === value;
  if (operator === "!=") return (given) => given !== value;
  // Alertmanager's own regular expressions: those of JavaScript have other classes, and take more.
  const expression = RE2JS.compile(`^(?:${value})$`);
  return (given) => expression.test(given) === (operator === "=~");
}

const CLASSIC =
  /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*(.*?)[\t\n\f\r ]*$/s;

function classicMatchers(text: string): Matcher[] {
  const parts = [""];
  let [quoted, escaped] = [false, false];
  for (const character of text.replace(/^\{/, "").replace(/\}$/, "")) {
    if (character === "," && !quoted) {
      parts.push("");
      continue;
    }
    if (character === '"' && !escaped) quoted = !quoted;
    // Upstream takes a comma for no end of an escape.
    if (character !== ",") escaped = character === "\\" && !escaped;
    parts.push(`${parts.pop()}${character}`);
  }
  const last = parts.pop()!.trim();
  return [...parts, ...(last === "" ? [] : [last])].map(classicMatcher);
}

function classicMatcher(text: string): Matcher {
  const [, name, operator, raw] = CLASSIC.exec(text) ?? [];
  if (name === undefined || raw === undefined)
    throw new Error('expected a label, one of = != =~ !~, and a value, e.g. severity="critical"');
  return matcher(name, operator as Operator, classicValue(raw));
}

/** With quotes around it or without. An escape that means nothing is left as it is. */
function classicValue(raw: string): string {
  const quoted = raw.startsWith('"');
  const inner = quoted ? raw.slice(1).replace(/"$/, "") : raw;
  if (quoted && (raw.length < 2 || !raw.endsWith('"') || endsEscaped(inner)))
    throw new Error("a quote is missing at the end of the value");
  if (/^(?:[^\\"]|\\.)*"/s.test(inner))
    throw new Error('a quote within the value needs a backslash: \\"');
  return inner.replace(/\\([n"\\])/g, (_, escape) => (escape === "n" ? "\n" : escape));
}

/** Whether the quote after it belongs to the value. */
function endsEscaped(text: string): boolean {
  return /^(?:[^\\]|\\.)*\\$/s.test(text);
}

const RESERVED = /[\p{White_Space}{}!=~,\\"'`]/u;
const TOKEN =
  /\p{White_Space}*(?:([{},]|=~|!=|!~|=)|("(?:[^"\\]|\\.)*")|([^\p{White_Space}{}!=~,\\"'`]+))/suy;

type Token = { readonly sign: string } | { readonly text: string };

function utf8Matchers(text: string): Matcher[] {
  const tokens = tokensOf(text);
  const sign = (...signs: string[]) => {
    const next = tokens[0];
    if (!next || !("sign" in next) || !signs.includes(next.sign)) return undefined;
    tokens.shift();
    return next.sign;
  };
  const word = () => {
    const next = tokens.shift();
    if (!next || !("text" in next)) throw new Error("a name or a value is missing");
    return next.text;
  };
  const opened = sign("{") !== undefined;
  const ended = () => {
    if (opened) return sign("}") !== undefined;
    return tokens.length === 0;
  };
  const found: Matcher[] = [];
  while (!ended()) {
    if (found.length > 0 && !sign(",")) throw new Error("a comma is missing");
    // A comma may be the last.
    if (found.length > 0 && ended()) break;
    const name = word();
    const operator = sign(...OPERATORS);
    if (!operator) throw new Error(`expected one of = != =~ !~ after ${name}`);
    found.push(matcher(name, operator as Operator, word()));
  }
  if (tokens.length > 0) throw new Error("there is something after the end");
  return found;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.replace(/\p{White_Space}+$/u, "").length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const [, sign, quoted, plain] = TOKEN.exec(text) ?? [];
    if (sign !== undefined) tokens.push({ sign });
    else if (quoted !== undefined) tokens.push({ text: unquoted(quoted) });
    else if (plain !== undefined) tokens.push({ text: plain });
    else throw new Error(`cannot be read from ${text.slice(from)}`);
  }
  return tokens;
}

const ESCAPE =
  /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
const CONTROLS: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What Go reads between double quotes. */
function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  if (inner.includes("\n")) throw new Error("a line ends within quotes");
  const bytes: Buffer[] = [];
  for (let at = 0; at < inner.length;) {
    if (inner[at] !== "\\") {
      const next = inner.indexOf("\\", at);
      const plain = inner.slice(at, next < 0 ? inner.length : next);
      bytes.push(Buffer.from(plain));
      at += plain.length;
      continue;
    }
    ESCAPE.lastIndex = at;
    const [whole, single, hex, octal, short, long] = ESCAPE.exec(inner) ?? [];
    if (whole === undefined) throw new Error(`${inner.slice(at, at + 2)} is no escape`);
    if (single !== undefined) bytes.push(Buffer.from(CONTROLS[single] ?? single));
    else if (hex !== undefined) bytes.push(Buffer.from([Number.parseInt(hex, 16)]));
    else if (octal !== undefined) bytes.push(Buffer.from([Number.parseInt(octal, 8)]));
    else bytes.push(Buffer.from(codePoint(short ?? long ?? "")));
    at += whole.length;
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(bytes));
}

function codePoint(hex: string): string {
  const point = Number.parseInt(hex, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
    throw new Error(`${hex} is no character`);
  return String.fromCodePoint(point);
}
