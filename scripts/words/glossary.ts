import { table } from "../reference/markdown";
import { UNUSED, WORDS } from "./words";

/** docs/glossary.md */
export function glossary(): string {
  return [
    "# Glossary",
    "",
    "One word has one meaning, in code, messages and docs. Generated from `scripts/words/words.ts`;",
    "`npm run check` fails on a word of the second table in a comment, an identifier or a page.",
    "",
    ...table(
      ["word", "meaning"],
      WORDS.map(({ word, meaning }) => [word, meaning]),
    ),
    "",
    "## Words that are not used",
    "",
    ...table(
      ["not", "instead"],
      UNUSED.map(({ word, instead }) => [word, instead]),
    ),
    "",
  ].join("\n");
}
