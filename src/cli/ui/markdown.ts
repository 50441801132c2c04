/** The most that a comment on GitHub holds. */
export const COMMENT_LIMIT = 65_536;

/** Something to tell in a comment: a line, and what differs below it. */
export interface Block {
  readonly heading: string;
  readonly diff: readonly string[];
}

const LEFT_OUT = "\n\n**There is more: it is in the log of this run.**\n";

/**
 * A comment of at most `limit` characters. The most important blocks come first: the comment says
 * where the end is cut off.
 */
export function comment(head: string, blocks: readonly Block[], limit = COMMENT_LIMIT): string {
  const whole = [head, ...blocks.map((block) => show(block))].join("\n\n") + "\n";
  if (whole.length <= limit) return whole;
  const room = limit - LEFT_OUT.length;
  let text = head.slice(0, room);
  for (const block of blocks) {
    const shown = fitting(block, room - text.length - 2);
    if (shown === undefined) break;
    text += `\n\n${shown}`;
    if (shown !== show(block)) break;
  }
  return text + LEFT_OUT;
}

/** As many lines of a block as there is room for; undefined where not even its heading fits. */
function fitting(block: Block, room: number): string | undefined {
  const { heading, diff } = block;
  if (show(block).length <= room) return show(block);
  // As many lines as fit: found by halves, because a difference may have many thousand lines.
  let [fits, above] = [0, diff.length];
  while (above - fits > 1) {
    const middle = Math.floor((fits + above) / 2);
    if (show({ heading, diff: diff.slice(0, middle) }).length <= room) fits = middle;
    else above = middle;
  }
  const shown = show({ heading, diff: diff.slice(0, fits) });
  return shown.length <= room ? shown : undefined;
}

function show({ heading, diff }: Block): string {
  if (diff.length === 0) return heading;
  // Longer than any in the text, or that one would end it.
  const longest = Math.max(
    2,
    ...diff.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length),
  );
  const fence = "`".repeat(longest + 1);
  return `${heading}\n${fence}diff\n${diff.join("\n")}\n${fence}`;
}

/** A table; what is in a cell must be without line breaks. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}
