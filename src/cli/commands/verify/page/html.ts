/** Text that is HTML. Whatever else enters a template is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

/**
 * A template of HTML: strings and numbers that are put into it are shown as they are, between tags
 * and within quoted attributes. Scripts and styles are no place for them.
 */
export function html(template: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(template.reduce((text, next, at) => text + rendered(values[at - 1]) + next));
}

function rendered(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(rendered).join("");
  return escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML has no place for most control characters: they are shown as what cannot be shown. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

function escaped(text: string): string {
  return text
    .replace(CONTROL, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
