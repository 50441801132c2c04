import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "..");
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];
const FOLDERS = "components|src|lab|test|scripts|docs|schemas|examples";

/** `a/b.ts`, as a page names it: seen from the root. */
const PATH = new RegExp(`\`((?:${FOLDERS})/[\\w./-]+)\``, "g");
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g;

it.each(pages)("%s names and links only files that exist", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const named = [...text.matchAll(PATH)].map(([, path = ""]) => path);
  const linked = [...text.matchAll(LINK)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^https?:/.test(link))
    .map((link) => join(dirname(page), link));
  expect([...named, ...linked].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
