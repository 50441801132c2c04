import {
  CORE_SCHEMA,
  DEFAULT_SCALAR_STYLE_RULES,
  dump,
  load,
  SCALAR_STYLE,
  type ScalarStyleRule,
} from "js-yaml";

/**
 * The one way in which configuration becomes text: sorted keys, no anchors, no folded lines. Equal
 * objects give equal bytes, and those give equal hashes in the templates of pods.
 */
export function toYaml(value: unknown): string {
  return dump(value, {
    schema: CORE_SCHEMA,
    sortKeys: true,
    noRefs: true,
    // Keys without a value are left out.
    skipInvalid: true,
    lineWidth: -1,
    quoteStyle: "double",
    scalarStyleRules: [singleQuotesAroundDouble, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)],
  });
}

/**
 * Reads one YAML document; undefined where the text holds none. Throws a `YAMLException` with line
 * and column in its `mark`. Dates stay text, as in YAML 1.2.
 */
export function fromYaml(text: string): unknown {
  return HAS_CONTENT.test(text) ? load(text, { schema: CORE_SCHEMA }) : undefined;
}

/** A line whose first character is neither a space nor starts a comment. */
const HAS_CONTENT = /^[^\S\n]*[^\s#]/m;

/** Expressions of LogQL and PromQL hold double quotes: they are easier to read without escapes. */
const singleQuotesAroundDouble: ScalarStyleRule = (layout) => {
  const { value } = layout.node;
  if (layout.style !== SCALAR_STYLE.PLAIN || allowed(layout.allowedStylesMask, "PLAIN")) return;
  if (!allowed(layout.allowedStylesMask, "SINGLE_QUOTED")) return;
  if (value.includes('"') && !value.includes("'") && !value.includes("\n"))
    layout.style = SCALAR_STYLE.SINGLE_QUOTED;
};

function allowed(mask: number, style: keyof typeof SCALAR_STYLE): boolean {
  return (mask & (1 << SCALAR_STYLE[style])) !== 0;
}
