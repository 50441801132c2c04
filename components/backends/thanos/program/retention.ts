/** Path of a compactor's HTTP interface that shows what it was started with. */
export const THANOS_FLAGS_PATH = "/api/v1/status/flags";

/** Days for which samples are kept: as they came, one for each 5 minutes, one for each hour. */
export type RetentionDays = readonly [raw: number, fiveMinutes: number, hour: number];

const FLAG = "retention.resolution-";

/** As a compactor is told. */
export function retentionFlags([raw, fiveMinutes, hour]: RetentionDays): Record<string, string> {
  return { [`${FLAG}raw`]: `${raw}d`, [`${FLAG}5m`]: `${fiveMinutes}d`, [`${FLAG}1h`]: `${hour}d` };
}

/** Its flags, as it shows them. */
export function flagsShown(answer: string): Readonly<Record<string, string>> {
  return (JSON.parse(answer) as { data: Record<string, string> }).data;
}

/** Those by which it knows how long samples are kept. */
export function retentionShown(answer: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flagsShown(answer)).filter(([flag]) => flag.startsWith(FLAG)),
  );
}
