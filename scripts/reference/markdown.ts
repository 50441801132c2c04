/** Text in the cell of a table: on one line, and with nothing that ends the cell. */
export function cell(text: string): string {
  return text.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
}

export function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A value as a stack file or a program would have it, on one line. */
export function value(given: unknown): string {
  const text = typeof given === "string" ? given : JSON.stringify(given);
  return code(text.length <= 80 ? text : `${text.slice(0, 77)}...`);
}

export function table(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)];
}
