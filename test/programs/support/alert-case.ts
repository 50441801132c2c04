/** A course of events, and what fires at which time of it. */
export interface Case {
  readonly title: string;
  /**
   * Values from the start on, one each 30 s, as promtool has them: `1x10` is eleven ones, `_x4`
   * four gaps, `0+3x10` rises.
   */
  readonly series?: Readonly<Record<string, string>>;
  /** Group of rules that is not there. */
  readonly without?: string;
  /** Between two values and two evaluations, instead of 30 s. */
  readonly every?: string;
  /** Labels of what fires, by time. */
  readonly firing: Readonly<Record<string, readonly string[]>>;
}

/** By alert: labels that tell what fires, and cases. */
export type Cases = Readonly<Record<string, readonly [by: string, ...Case[]]>>;

/** Labels of the hub's own pods. */
export const hub = 'cluster="ops",namespace="heliograph-hub"';
