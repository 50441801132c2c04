/**
 * A regular expression that is found in lines. The collector and Promtail read it as RE2, Fluent
 * Bit as Onigmo: nothing that only one of them has, such as what looks ahead or back. It may start
 * with `(?i)`.
 */
export const LINE_PATTERN_EXPECTED =
  "a regular expression (RE2) without look-ahead, look-behind and references";

export function isLinePattern(text: string): boolean {
  const pattern = text.replace(/^\(\?i\)/, "");
  if (pattern === "" || /\(\?(?!:)|\\[1-9k]/.test(pattern)) return false;
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}
