import { z } from "zod";

const seconds = z.number();
const count = z.number();

/** An alert that fires. */
const alert = z.object({
  name: z.string(),
  /** What it is about: a cluster, an edge, a pod, a certificate. Empty where it names nothing. */
  about: z.string(),
  /** Undefined where the rule does not say. */
  severity: z.string().optional(),
  /** The edge that it is about, where its labels name one. */
  edge: z.string().optional(),
  cell: z.string(),
});

/**
 * The figures behind a check's sentence, for machines and for the fleet page. A figure is there
 * where the check came to know it, whether the check passed or not.
 */
export const factsSchema = z.object({
  /** Whole days until the certificate ends; negative when it has ended. */
  certificateDays: count.optional(),
  /** Age of the newest sample or log line that the hub has. */
  lagSeconds: seconds.optional(),
  /** Time from writing a sample, line or trace until it was read back. */
  readBackSeconds: seconds.optional(),
  /** How far sending is behind scraping, or behind what is taken in. */
  behindSeconds: seconds.optional(),
  /** Samples that wait in the queues of the agents. */
  samplesPending: count.optional(),
  /** Samples that were lost since the agents were started. */
  samplesLost: count.optional(),
  /** The filled part of the fullest queue of the collectors, from 0 to 1. */
  queueShare: z.number().optional(),
  series: count.optional(),
  targets: count.optional(),
  ready: count.optional(),
  wanted: count.optional(),
  /** By what runs: `kubernetes`, or the name of an image. */
  versions: z.record(z.string(), z.string()).optional(),
  alerts: z.array(alert).optional(),
});

export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

export type Facts = DeepReadonly<z.infer<typeof factsSchema>>;
export type Alert = DeepReadonly<z.infer<typeof alert>>;
