/**
 * Sum over the series of a metric.
 *
 * @param metrics https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function sumOf(
  metrics: string,
  name: string,
  counts: (series: string) => boolean = () => true,
): number {
  return metrics
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter(counts)
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
