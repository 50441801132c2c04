import { table } from "../reference/markdown";
import { UNUSED, WORDS } from "./words";

/** docs/glossary.md */
export function glossary(): string {
  return [
    "# Glossary",
    "",
    "This page defines the words of Heliograph. In code, messages and docs each word has one meaning.",
    "The page is generated from `scripts/words/words.ts`. `npm run check` fails if a word of the second",
    "table is used in a comment, an identifier or a page.",
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
