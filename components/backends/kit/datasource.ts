/**
 * How long before and after a span its log lines and metrics are looked for: clocks differ, and
 * lines are written late.
 */
export const AROUND_SPAN = { spanStartTimeShift: "-5m", spanEndTimeShift: "5m" } as const;
