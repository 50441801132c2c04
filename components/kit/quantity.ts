const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity as a number: `250m` -> 0.25, `2Gi` -> 2147483648. */
export function parseQuantity(quantity: string | number): number {
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(quantity));
  const unit = match ? UNITS[match[2] ?? ""] : undefined;
  if (!match || unit === undefined)
    throw new Error(`${quantity}: expected a Kubernetes quantity, e.g. 250m, 512Mi, 2Gi`);
  return Number(match[1]) * unit;
}

/** Bytes as a quantity, rounded up to whole Mi below 10 Gi and to whole Gi above. */
export function bytesQuantity(bytes: number): string {
  const mebibytes = Math.ceil(bytes / 2 ** 20);
  return mebibytes < 10 * 1024 ? `${mebibytes}Mi` : `${Math.ceil(bytes / 2 ** 30)}Gi`;
}

/**
 * Rounded up to a quarter of a power of two: what is a little larger costs the same, and nothing
 * changes for it.
 */
export function inSteps(amount: number): number {
  const step = 2 ** Math.floor(Math.log2(amount)) / 4;
  return Math.ceil(amount / step) * step;
}
