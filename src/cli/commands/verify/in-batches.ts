/** Does something to each, so many at a time. */
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
