/**
 * Bytes of text for one ConfigMap, where all of it may be more than one can have. An API server
 * takes 1 MiB, and `kubectl apply` keeps a copy of what it applied in an annotation of at most
 * 256 KiB. Some room is left: addresses of runbooks may be longer than they are planned with.
 */
const PART_BYTES = 200_000;

/**
 * Puts things into as few parts as hold them, in their order, so that one more moves at most one of
 * each part into the next. There is always a part. One that is larger than a part has its own.
 */
export function inParts<T>(things: readonly T[], bytesOf: (thing: T) => number): T[][] {
  const parts: T[][] = [[]];
  let bytes = 0;
  for (const thing of things) {
    const own = bytesOf(thing);
    const last = parts.at(-1);
    if (last && (last.length === 0 || bytes + own <= PART_BYTES)) {
      last.push(thing);
      bytes += own;
    } else {
      parts.push([thing]);
      bytes = own;
    }
  }
  return parts;
}

/** The first part has the name alone. */
export function partName<Name extends string>(
  name: Name,
  index: number,
): Name | `${Name}-${number}` {
  return index === 0 ? name : `${name}-${index + 1}`;
}
