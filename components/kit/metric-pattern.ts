/**
 * A name of metrics, or a regular expression that matches whole names. Prometheus reads it as RE2.
 * The language is kept so small that everything in it means the same there as here: names, `.` `*`
 * `+` `?` `|`, groups, and sets of characters.
 */
const ALPHABET = /^(?:[a-zA-Z0-9_:.*+?|()]|\(\?:|\[\^?[a-zA-Z0-9_:-]+\])+$/;
export const METRIC_PATTERN_EXPECTED =
  "a name of metrics, or a regular expression (RE2) for whole names, of letters, digits, _ : . * + ? | ( ) and sets like [a-z]";

export function isMetricPattern(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
