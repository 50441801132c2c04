/** The part of a tree of Lezer that is looked at, of whichever grammar. */
interface Tree {
  cursor(): {
    iterate(enter: (node: { type: { isError: boolean }; from: number }) => boolean | void): void;
  };
}

/** How much of the text before its end a message shows. */
const SHOWN = 30;

/** The first place that a grammar cannot read, as the end of a message. */
export function syntaxIssue(text: string, tree: Tree): string | undefined {
  let at: number | undefined;
  tree.cursor().iterate(({ type, from }) => {
    if (at !== undefined) return false;
    if (type.isError) at = from;
    return undefined;
  });
  if (at === undefined) return undefined;
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  const shown = before.length > SHOWN ? `...${before.slice(-SHOWN)}` : before;
  const where = line === 1 ? `column ${column}` : `line ${line}, column ${column}`;
  const what = at >= text.trimEnd().length ? "it ends too early" : "it cannot be read";
  return `${what} at ${where}, after \`${shown.replace(/\s+/g, " ").trim()}\``;
}
