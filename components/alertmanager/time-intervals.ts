import type { TimeInterval } from "./upstream";

type Times = TimeInterval["time_intervals"][number];

/** Whether a moment is within one of the times of an interval. */
export function containsTime({ time_intervals: all }: TimeInterval, at: Date): boolean {
  return all.some((times) => holds(times, clockAt(at, times.location)));
}

/** What a calendar and a clock on the wall show. */
interface Clock {
  readonly minute: number;
  /** From Sunday, 0. */
  readonly weekday: number;
  readonly day: number;
  readonly daysInMonth: number;
  readonly month: number;
  readonly year: number;
}

/** What is left out holds always. */
function holds({ times, weekdays, days_of_month, months, years }: Times, clock: Clock): boolean {
  const { minute, weekday, day, daysInMonth, month, year } = clock;
  const within = (ranges: readonly string[] | undefined, read: Reader, test: RangeTest) =>
    ranges === undefined || ranges.some((text) => test(...rangeOf(text, read)));
  return (
    (times === undefined ||
      times.some(
        (each) => minute >= minutes(each.start_time) && minute < minutes(each.end_time),
      )) &&
    within(weekdays, weekdayOf, (first, last) =>
      // From Friday to Monday is over the end of the week.
      first <= last ? weekday >= first && weekday <= last : weekday >= first || weekday <= last,
    ) &&
    within(days_of_month, Number, (first, last) => {
      const fromEnd = (each: number) => (each < 0 ? daysInMonth + each + 1 : each);
      return day >= fromEnd(first) && day <= fromEnd(last);
    }) &&
    within(months, monthOf, (first, last) => month >= first && month <= last) &&
    within(years, Number, (first, last) => year >= first && year <= last)
  );
}

type Reader = (text: string) => number;
type RangeTest = (first: number, last: number) => boolean;

/** `monday:friday`, or one day alone. */
function rangeOf(text: string, read: Reader): [first: number, last: number] {
  const [first = "", last = first] = text.toLowerCase().split(":");
  const range: [number, number] = [read(first), read(last)];
  if (range.some(Number.isNaN)) throw new Error(`${text} is no range of a time interval`);
  return range;
}

/** Of the day. `24:00` is its end. */
function minutes(time: string): number {
  const [, hours, rest] = /^(\d{2}):(\d{2})$/.exec(time) ?? [];
  if (hours === undefined) throw new Error(`${time} is no time of a day, e.g. 17:30`);
  return Number(hours) * 60 + Number(rest);
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

function weekdayOf(text: string): number {
  const index = WEEKDAYS.indexOf(text);
  return index < 0 ? Number.NaN : index;
}

function monthOf(text: string): number {
  const index = MONTHS.indexOf(text);
  return index < 0 ? Number(text) : index + 1;
}

/** @param location Defaults to UTC, as upstream has it. */
function clockAt(at: Date, location = "UTC"): Clock {
  const parts = calendarOf(location).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  return {
    minute: part("hour") * 60 + part("minute"),
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
    day,
    daysInMonth: new Date(Date.UTC(year, month, 0)).getUTCDate(),
    month,
    year,
  };
}

/** Kept, because each takes longer to make than to ask. */
const calendars = new Map<string, Intl.DateTimeFormat>();

function calendarOf(location: string): Intl.DateTimeFormat {
  const known = calendars.get(location);
  if (known) return known;
  const calendar = new Intl.DateTimeFormat("en-US", {
    // `Local` is the zone of the process, and that of a container is UTC.
    timeZone: location === "" || location === "Local" ? "UTC" : location,
    hourCycle: "h23",
    calendar: "gregory",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  calendars.set(location, calendar);
  return calendar;
}
