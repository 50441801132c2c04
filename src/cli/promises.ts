/**
 * Computes a value at most once, failures included: every caller gets the very same error, which
 * tells that their failures have the same cause.
 */
export function memoize<T>(compute: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= compute());
}

/** Computes the value of each key at most once. */
export function memoizeByKey<T>(compute: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}

/** Works on at most `size` items at a time. */
export async function inBatches<T, R>(
  all: readonly T[],
  size: number,
  work: (each: T, index: number) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  for (let start = 0; start < all.length; start += size) {
    const batch = all.slice(start, start + size);
    done.push(...(await Promise.all(batch.map((each, index) => work(each, start + index)))));
  }
  return done;
}
