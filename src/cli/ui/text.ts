import { stripVTControlCharacters } from "node:util";

/** `plural(1, "object")` -> `1 object`, `plural(2, "entry", "entries")` -> `2 entries`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : by + line))
    .join("\n");
}

/** Seconds as people say them: `8.4 s`, `42 s`, `3 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The columns that a text takes on a terminal: its colours take none. */
function columns(text: string): number {
  return stripVTControlCharacters(text).length;
}

/**
 * Breaks lines between words where they are wider than `width`. Words that are wider stay whole.
 */
export function wrap(text: string, width: number): string {
  const wrapLine = (line: string) => {
    const lines: string[] = [];
    for (const word of line.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && columns(last) + 1 + columns(word) <= width)
        lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    }
    return lines.join("\n");
  };
  return text.split("\n").map(wrapLine).join("\n");
}
