/**
 * Proves: values become YAML that other parsers read back as the same values, in one form for equal
 * values.
 */
import fc from "fast-check";
import { load as loadAsOlderParsersDo, YAML11_SCHEMA } from "js-yaml";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { fromYaml, toYaml } from "../../../components/kit/yaml";

const anything = fc.object({ withNullPrototype: false, key: fc.string(), maxDepth: 3 });

describe("toYaml", () => {
  test("gives text that reads as the value it was made of, also by another library", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        expect(fromYaml(toYaml(plain))).toEqual(plain);
        expect(parse(toYaml(plain))).toEqual(plain);
      }),
    );
  });

  test("does not depend on the order of keys, nor on objects that occur twice", () => {
    const shared = { b: [1], a: "x" };
    const text = "one:\n  a: x\n  b:\n    - 1\ntwo:\n  a: x\n  b:\n    - 1\n";
    expect(toYaml({ two: shared, one: shared })).toBe(text);
    expect(toYaml({ one: { a: "x", b: [1] }, two: { b: [1], a: "x" } })).toBe(text);
  });

  test("leaves out keys without a value", () => {
    expect(toYaml({ a: undefined, b: null })).toBe("b: null\n");
  });

  test("keeps long lines whole, texts of several lines as blocks, and quotes readable", () => {
    const query = '{namespace="web"} |= "error"';
    expect(toYaml({ args: ["-config.file=/a", "::/0"], long: "word ".repeat(40) + "end" })).toBe(
      `args:\n  - -config.file=/a\n  - ::/0\nlong: ${"word ".repeat(40)}end\n`,
    );
    expect(toYaml({ query, text: "one\ntwo\n", number: "1", flag: "true" })).toBe(
      `flag: "true"\nnumber: "1"\nquery: '${query}'\ntext: |\n  one\n  two\n`,
    );
  });
});

describe("fromYaml", () => {
  test("keeps a day as text, though YAML 1.1 made a date of it", () => {
    const text = "schemaFrom: 2026-01-31\n";
    expect(fromYaml(text)).toEqual({ schemaFrom: "2026-01-31" });
    expect(loadAsOlderParsersDo(text, { schema: YAML11_SCHEMA })).not.toEqual(fromYaml(text));
  });

  test("finds nothing in a text without a document", () => {
    for (const text of ["", "\n", "# only a comment\n\n", "  # another"])
      expect(fromYaml(text)).toBeUndefined();
  });

  test("reads a text that begins with many comments, in no more time than its length asks", () => {
    const started = performance.now();
    expect(fromYaml("# about\n\n  # more\n".repeat(10_000) + "a: 1\n")).toEqual({ a: 1 });
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
