import Table from "cli-table3";
import { style } from "./style";

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

interface Column {
  readonly title: string;
  /** Numbers stand under each other when aligned to the right. */
  readonly align?: "left" | "right";
}

/**
 * Columns without lines around them: short, and easy to cut with other tools. A title alone is a
 * column that is aligned to the left.
 */
export function table(
  titles: readonly (string | Column)[],
  rows: readonly (readonly string[])[],
): string {
  const columns = titles.map((column): Column =>
    typeof column === "string" ? { title: column } : column,
  );
  const drawn = new Table({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    head: columns.map(({ title }) => style.faint(title)),
    colAligns: columns.map(({ align = "left" }) => align),
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
