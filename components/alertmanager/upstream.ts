/**
 * The part of Alertmanager's configuration that is written, in upstream's words:
 * https://prometheus.io/docs/alerting/latest/configuration/
 */
export interface AlertmanagerConfig {
  readonly global?: Readonly<Record<string, unknown>>;
  readonly templates?: readonly string[];
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly inhibit_rules?: readonly InhibitRule[];
  readonly time_intervals?: readonly TimeInterval[];
}

/**
 * A node of the routing tree. An alert takes the first child that matches, and those after it while
 * `continue` is set; a node none of whose children match takes the alert itself. What a node leaves
 * out, it has from its parent, but for `continue`, `matchers` and both lists of time intervals.
 */
export interface Route {
  readonly receiver?: string;
  /** Such as `tenant="a"`, `severity=~"critical|warning"`. All of them have to match. */
  readonly matchers?: readonly string[];
  /** `["..."]` groups by all labels. */
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  readonly continue?: boolean;
  readonly mute_time_intervals?: readonly string[];
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

/** Secrets are named by files, never written. */
export interface Receiver {
  readonly name: string;
  readonly slack_configs?: readonly object[];
  readonly pagerduty_configs?: readonly object[];
  readonly opsgenie_configs?: readonly object[];
  readonly msteamsv2_configs?: readonly object[];
  readonly email_configs?: readonly object[];
  readonly webhook_configs?: readonly object[];
}

/** An alert that `target_matchers` match is not sent while one fires that the source's match. */
export interface InhibitRule {
  readonly name?: string;
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  /** Labels that both have to have alike; one that both lack is alike. */
  readonly equal?: readonly string[];
}

export interface TimeInterval {
  readonly name: string;
  readonly time_intervals: readonly {
    readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
    readonly weekdays?: readonly string[];
    readonly days_of_month?: readonly string[];
    readonly months?: readonly string[];
    readonly years?: readonly string[];
    readonly location?: string;
  }[];
}
