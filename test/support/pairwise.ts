/**
 * So few of the combinations that every two values of different options still meet where they do in
 * all of them.
 */
export function pairwise<T extends object>(combinations: readonly T[]): T[] {
  const open = new Set(combinations.flatMap(pairsOf));
  const left = [...combinations];
  const chosen: T[] = [];
  while (open.size > 0) {
    const gain = (combination: T) => pairsOf(combination).filter((pair) => open.has(pair)).length;
    const best = left.reduce((most, each) => (gain(each) > gain(most) ? each : most));
    for (const pair of pairsOf(best)) open.delete(pair);
    chosen.push(best);
  }
  return chosen;
}

function pairsOf(combination: object): string[] {
  const values = Object.entries(combination).map((entry) => JSON.stringify(entry));
  return values.flatMap((one, index) => values.slice(index + 1).map((other) => `${one} ${other}`));
}
