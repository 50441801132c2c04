import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type {
  AlertInhibitionArgs,
  AlertmanagerArgs,
  AlertReceiverArgs,
  AlertRouteArgs,
  AlertTimeIntervalArgs,
} from "../../alertmanager/args";
import { described, text } from "../../kit/fields";
import { thresholdFields, type AlertThresholdsArgs } from "../../rules/workloads/thresholds";

/**
 * Alerts that an edge evaluates over the metrics that it keeps, and tells by Alertmanagers of its
 * own, also while the hub is away. Receivers and routes are those of the hub, or others.
 */
export interface EdgeAlertingArgs {
  /** Whom alerts go to, by name. At least one. */
  receivers: Record<string, AlertReceiverArgs>;
  /**
   * Which alerts go to which receiver: each alert is offered to the routes in this order, and the
   * first that fits takes it. The last one has no conditions, so that no alert is lost.
   */
  routes: AlertRouteArgs[];
  /** Times by name, any of which hold, for routes that are silent at times. Defaults to none. */
  timeIntervals?: Record<string, AlertTimeIntervalArgs[]>;
  /** Alerts that mute others, in addition to Heliograph's own. Defaults to none. */
  inhibitions?: AlertInhibitionArgs[];
  /** The edge's own Alertmanagers. Defaults to the default of each field. */
  alertmanager?: AlertmanagerArgs;
  /**
   * When alerts about workloads fire at this edge: what `rules` of the hub say for its tenant and
   * its environment. Defaults to the numbers that each threshold names.
   */
  thresholds?: AlertThresholdsArgs;
  /** Names of alerts about workloads that are not raised, e.g. `NodeCpuBusy`. Defaults to none. */
  disabled?: string[];
  /**
   * Address of the page with the runbooks. The annotation `runbook_url` of an alert is this address
   * followed by the name of the alert in lower case. Defaults to Heliograph's own page on GitHub.
   */
  runbookBaseUrl?: pulumi.Input<string>;
}

/** Limits of what decides which alerts there are. */
export const edgeRulesFields = {
  thresholds: described(
    z.strictObject(thresholdFields).optional(),
    "When alerts fire. Defaults to the number that each threshold names.",
    { nodeCpuRatio: 0.9 },
  ),
  disabled: described(
    z.array(text("Name of an alert", "NodeCpuBusy")).optional(),
    "Names of alerts that are not raised. Defaults to none.",
    ["NodeCpuBusy"],
    "a list of names",
  ),
};
