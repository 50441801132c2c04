/** Proves: how lines of text are broken. Does not prove: what a terminal shows. */
import { expect, it } from "vitest";
import { wrap } from "../../../src/cli/ui/text";

const faint = (text: string) => `\u001b[2m${text}\u001b[22m`;

it("breaks lines between words, and leaves wider words whole", () => {
  expect(wrap("one two three\nseventeen 4", 7)).toBe("one two\nthree\nseventeen\n4");
});

it("counts no columns for colours: a line breaks where it breaks in a pipe", () => {
  expect(wrap(`one ${faint("two")} three`, 13)).toBe(`one ${faint("two")} three`);
  expect(wrap(`one ${faint("two")} three`, 12)).toBe(`one ${faint("two")}\nthree`);
});
