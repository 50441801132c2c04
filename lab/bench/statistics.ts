/** The value below which this part of the values lies, by the nearest rank. */
export function quantile(part: number, values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (value === undefined) throw new Error("there is no value to take a quantile of");
  return value;
}

export function median(values: readonly number[]): number {
  return quantile(0.5, values);
}
