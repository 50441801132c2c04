/**
 * A number as Grafana shows it in a unit: three digits where it has decimals, and the prefix that
 * makes it short. Units that our dashboards do not use are shown behind the number as they are.
 */
export function formatted(value: number, unit = "none"): string {
  return (FORMATS[unit] ?? ((number: number) => `${digits(number)} ${unit}`))(value);
}

/** The same without zeros at its end, as axes have it. */
export function tick(value: number, unit?: string): string {
  return formatted(value, unit).replace(/(\.\d*?)0+(?!\d)/, (_, kept: string) =>
    kept === "." ? "" : kept,
  );
}

type Format = (value: number) => string;

const SI = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const COUNTS = ["", "K", "M", "B", "T"];

const plain =
  (suffix: string): Format =>
  (value) =>
    `${digits(value)}${suffix}`;

const si =
  (unit: string, offset = 0): Format =>
  (value) => {
    const zero = SI.indexOf("") + offset;
    const [number, at] = scaled(value, 1000, -zero, SI.length - 1 - zero);
    return `${digits(number)} ${SI[zero + at]}${unit}`;
  };

/** `prefixes`: from the one of numbers below 1000 on. */
const counts =
  (prefixes: readonly string[], suffix: string, base = 1000): Format =>
  (value) => {
    const [number, at] = scaled(value, base, 0, prefixes.length - 1);
    return `${digits(number)}${prefixes[at]}${suffix}`;
  };

const dollars = counts(COUNTS, "");

/** From which number of seconds on which unit is used, and how many seconds it has. */
const TIMES: readonly (readonly [from: number, seconds: number, unit: string])[] = [
  [31_536_000, 31_556_900, "year"],
  [604_800, 604_800, "week"],
  [86_400, 86_400, "day"],
  [3600, 3600, "hour"],
  [60, 60, "min"],
  [1, 1, "s"],
  [1e-3, 1e-3, "ms"],
  [1e-6, 1e-6, "µs"],
  [0, 1e-9, "ns"],
];

/** Milliseconds and days know fewer units, and a year of 365 days. */
const MILLISECONDS = TIMES.filter(([, , unit]) => !["week", "µs", "ns"].includes(unit));
const DAYS = TIMES.filter(([from]) => from >= 86_400);

const time =
  (seconds: number, units = TIMES, year?: number): Format =>
  (value) => {
    const size = Math.abs(value * seconds);
    const [, of, unit] = units.find(([from]) => size >= from) ?? units.at(-1)!;
    const number = (value * seconds) / (unit === "year" && year !== undefined ? year : of);
    const many = unit.length > 2 && Math.abs(number) > 1 ? "s" : "";
    return `${digits(number)} ${unit}${many}`;
  };

const FORMATS: Readonly<Record<string, Format>> = {
  none: plain(""),
  string: String,
  short: counts(["", " K", " Mil", " Bil", " Tri"], ""),
  percent: plain("%"),
  percentunit: (value) => `${digits(100 * value)}%`,
  bytes: counts([" B", " KiB", " MiB", " GiB", " TiB", " PiB"], "", 1024),
  decbytes: si("B"),
  Bps: si("B/s"),
  bps: si("b/s"),
  s: (value) => (value === 0 ? "0 s" : time(1)(value)),
  ms: time(1e-3, MILLISECONDS, 31_536_000),
  d: time(86_400, DAYS, 31_536_000),
  ops: counts(COUNTS, " ops/s"),
  reqps: counts(COUNTS, " req/s"),
  cps: counts(COUNTS, " c/s"),
  iops: counts(COUNTS, " io/s"),
  pps: si("p/s"),
  celsius: plain(" °C"),
  watt: si("W"),
  hertz: si("Hz"),
  rotmhz: si("Hz", 2),
  currencyUSD: (value) => `${value < 0 ? "-" : ""}$${dollars(Math.abs(value))}`,
};

/** In which power of a base its number is short, within bounds. */
function scaled(value: number, base: number, least: number, most: number): [number, number] {
  const power = value === 0 ? 0 : Math.log10(Math.abs(value)) / Math.log10(base);
  const at = Math.min(most, Math.max(least, Math.floor(power)));
  return [value / base ** at, at];
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value)) return String(value);
  const whole = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(100, Math.max(0, 2 - whole));
  // Half is rounded up, which `toFixed` alone does not do.
  return (Math.round(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}
