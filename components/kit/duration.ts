const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

export const DURATION = /^(\d+)([smhd])$/;
export const DURATION_EXPECTED = "a duration: a whole number and s, m, h or d, e.g. 90s, 30m, 6h";

/** `6h` -> 21600. Throws on anything that is not a duration as `DURATION` has it. */
export function toSeconds(duration: string): number {
  const match = DURATION.exec(duration);
  if (!match) throw new Error(`${duration}: expected ${DURATION_EXPECTED}`);
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

/** 21600 -> `6h`: the largest unit that divides it, because programs print durations so. */
export function fromSeconds(seconds: number): string {
  return inLargest(seconds, ["d", "h", "m"]);
}

/** The same for programs that read durations as Go does, which knows no days. */
export function withoutDays(seconds: number): string {
  return inLargest(seconds, ["h", "m"]);
}

function inLargest(seconds: number, units: readonly (keyof typeof SECONDS)[]): string {
  const whole = Math.ceil(seconds);
  for (const unit of units) {
    if (whole > 0 && whole % SECONDS[unit] === 0) return `${whole / SECONDS[unit]}${unit}`;
  }
  return `${whole}s`;
}
