import type { Problem } from "../../components/kit/problems";
import { pasteLines, showPath } from "./explain";
import type { HubSection } from "./hub-schema";

/** Contradictions among what the hub says of its CA and its certificates. Whether a change comes in its turn is another question: see `rotation`. */
export function authorityProblems({ authority, certificates }: HubSection): Problem[] {
  const { trusted, signing } = authority;
  const { days, renewBeforeDays } = certificates;
  const problems: Problem[] = [];
  if (new Set(trusted).size < trusted.length) {
    const path = ["hub", "authority", "trusted"];
    const paste = pasteLines(path, [...new Set(trusted)]);
    problems.push({ path: showPath(path), got: trusted, expected: "each generation once", paste });
  }
  if (!trusted.includes(signing)) {
    const path = ["hub", "authority", "signing"];
    const expected = `a generation of \`trusted\`: ${trusted.join(" or ")}`;
    problems.push({
      path: showPath(path),
      got: signing,
      expected,
      paste: pasteLines(path, trusted[0]),
    });
  }
  if (renewBeforeDays > days) {
    const path = ["hub", "certificates", "renewBeforeDays"];
    const expected = `at most ${days}, the days for which certificates are valid`;
    const paste = pasteLines(path, Math.ceil(days / 4));
    problems.push({ path: showPath(path), got: renewBeforeDays, expected, paste });
  }
  return problems;
}
