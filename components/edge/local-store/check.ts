import { QUANTITY, QUANTITY_EXPECTED } from "../../kit/quantity";
import type { EdgeThanosArgs } from "./args";
import type { Retention } from "./config";

/** Days for which samples are kept by resolution, where nothing is said. */
export const USUAL_RETENTION: Retention = { raw: 30, fiveMinutes: 90, hours: 365 };

export type RetentionField = "retentionDays" | "retentionDaysOf5m" | "retentionDaysOf1h";
type RetentionArgs = Pick<EdgeThanosArgs, RetentionField>;

export function retentionOf({
  retentionDays: raw = USUAL_RETENTION.raw,
  retentionDaysOf5m: fiveMinutes = USUAL_RETENTION.fiveMinutes,
  retentionDaysOf1h: hours = USUAL_RETENTION.hours,
}: RetentionArgs): Retention {
  return { raw, fiveMinutes, hours };
}

/** Days at the end of which nothing is left. */
export function longestRetention(args: RetentionArgs): number {
  return Math.max(...Object.values(retentionOf(args)));
}

/** A resolution is made of the finer one once that is so many days old: deleted sooner, it would never be made. */
export const LEAST_DAYS: Readonly<Record<RetentionField, number>> = {
  retentionDays: 3,
  retentionDaysOf5m: 11,
  retentionDaysOf1h: 11,
};

export interface ThanosFault {
  readonly field: keyof EdgeThanosArgs;
  readonly got: unknown;
  readonly expected: string;
  readonly example: unknown;
}

export function thanosFaults(args: Omit<EdgeThanosArgs, "bucket" | "queryTrust">): ThanosFault[] {
  const { serviceType, nodePort, compactorDisk } = args;
  const days = Object.entries(LEAST_DAYS).flatMap(([name, least]): ThanosFault[] => {
    const field = name as RetentionField;
    const got = args[field];
    if (got === undefined || (Number.isInteger(got) && got >= least && got <= 3650)) return [];
    return [{ field, got, expected: `days: a whole number from ${least} to 3650`, example: least }];
  });
  const nodePortFits = nodePort === undefined || serviceType === "NodePort";
  return [
    ...days,
    ...(nodePortFits
      ? []
      : [
          {
            field: "nodePort",
            got: nodePort,
            expected: "nothing, since serviceType is not NodePort",
            example: undefined,
          } as const,
        ]),
    ...(compactorDisk === undefined || QUANTITY.test(compactorDisk)
      ? []
      : [
          {
            field: "compactorDisk",
            got: compactorDisk,
            expected: QUANTITY_EXPECTED,
            example: "50Gi",
          } as const,
        ]),
  ];
}
