import { createHash } from "node:crypto";

/**
 * What an emitter is to say, and when. It says each number by every way that an application has.
 */
export interface Emission {
  /** Tells what it says from all else, also its services: their metrics begin at 0. */
  readonly run: string;
  readonly count: number;
  /**
   * When the first number is due, in milliseconds since 1970, and how much later each next one is.
   */
  readonly from: number;
  readonly everyMilliseconds: number;
  /** By this way alone: lines on its standard output, or traces. Left out: by every way. */
  readonly only?: "lines" | "traces";
  /** Lines on its standard output for each number. Defaults to 1. */
  readonly linesEach?: number;
  /** Whether traces ask to be kept. */
  readonly keep: boolean;
  /** The attribute with which they ask. */
  readonly keepAttribute: string;
  /** Labels that it claims to have from another edge. */
  readonly forgedLabels: readonly string[];
  /** Of so many traces, and lines over OTLP, the last one has an error. Left out: none has. */
  readonly errorEach?: number;
  /** How long each span takes. Defaults to 10. */
  readonly spanMilliseconds?: number;
}

/** Name of the container, and of what its lines are of. */
export const EMITTER = "emitter";
export const EMITTER_PORT = 8080;

/** Two services: the front asks the back, whose span is the one with an error. */
export type Service = "front" | "back";

export function serviceName({ run }: Pick<Emission, "run">, service: Service): string {
  return `${EMITTER}-${service}-${run}`;
}

/** A gauge for each number; its value is the time at which it was emitted. */
export const EMITTED_METRIC = "heliograph_lab_emitted";
/** Attribute of spans with that time. */
export const EMITTED_ATTRIBUTE = "emitted";

/** Text of a line, in the file and over OTLP. */
export interface EmittedLine {
  readonly run: string;
  readonly number: number;
  /** In milliseconds since 1970. */
  readonly emitted: number;
  /** Which of the lines of its number it is; left out for the first one. */
  readonly line?: number;
}

/** The last line, once the collector has taken everything. */
export interface LastLine {
  readonly run: string;
  readonly acknowledged: number;
}

/** As random as samplers take ids to be, and known to whoever looks for the trace. */
export function traceIdOf(run: string, number: number): string {
  return createHash("sha256").update(`${run} ${number}`).digest("hex").slice(0, 32);
}

export function dueAt({ from, everyMilliseconds }: Emission, number: number): number {
  return from + number * everyMilliseconds;
}

export function hasError({ errorEach }: Emission, number: number): boolean {
  return errorEach !== undefined && (number + 1) % errorEach === 0;
}
