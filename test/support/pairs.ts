/** One choice of each dimension. */
export type Choice<Dimensions extends Readonly<Record<string, readonly unknown[]>>> = {
  readonly [Name in keyof Dimensions]: Dimensions[Name][number];
};

/**
 * Few combinations in which every two values of different dimensions meet at least once: greedily,
 * each new one takes as many new pairs as it can.
 */
export function pairwise<const Dimensions extends Readonly<Record<string, readonly unknown[]>>>(
  dimensions: Dimensions,
): Choice<Dimensions>[] {
  const names = Object.keys(dimensions);
  const key = (a: string, i: number, b: string, j: number) => `${a}=${i}&${b}=${j}`;
  const missing = new Set<string>();
  names.forEach((a, at) => {
    for (const b of names.slice(at + 1)) {
      dimensions[a]!.forEach((_, i) =>
        dimensions[b]!.forEach((_, j) => missing.add(key(a, i, b, j))),
      );
    }
  });
  const chosen: Choice<Dimensions>[] = [];
  while (missing.size > 0) {
    const [first = ""] = missing;
    const picked = new Map(
      first
        .split("&")
        .map((part) => part.split("=") as [string, string])
        .map(([n, i]) => [n, Number(i)]),
    );
    const pairs = (name: string, index: number) =>
      [...picked].map(([other, at]) =>
        names.indexOf(other) < names.indexOf(name)
          ? key(other, at, name, index)
          : key(name, index, other, at),
      );
    for (const name of names.filter((other) => !picked.has(other))) {
      const gains = dimensions[name]!.map(
        (_, index) => pairs(name, index).filter((pair) => missing.has(pair)).length,
      );
      picked.set(name, gains.indexOf(Math.max(...gains)));
    }
    for (const [name, index] of picked) for (const pair of pairs(name, index)) missing.delete(pair);
    chosen.push(
      Object.fromEntries(
        names.map((name) => [name, dimensions[name]![picked.get(name)!]]),
      ) as Choice<Dimensions>,
    );
  }
  return chosen;
}
