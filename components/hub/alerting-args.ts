import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, whole } from "../kit/fields";
import type { ComponentPodsArgs } from "../kit/pods";
import { ALERTMANAGER, ALERTMANAGER_EXPECTED, CALLED_URL, CALLED_URL_EXPECTED } from "../kit/urls";
import type {
  AlertmanagerArgs,
  AlertInhibitionArgs,
  AlertReceiverArgs,
  AlertRouteArgs,
  AlertTimeIntervalArgs,
} from "../alertmanager/args";

/**
 * A dead man's switch: the hub calls an address for as long as metrics arrive and alerts are
 * evaluated. If the calls stop, the service at that address raises the alarm.
 */
export interface HubDeadMansSwitchArgs {
  /** Secret: the address to call with GET, https or http. */
  url: pulumi.Input<string>;
  /** Number of seconds between two calls, 10 to 86,400. Defaults to 60. */
  everySeconds?: number;
  /** Placement and resources of its pods, in addition to `pods` of the hub. Defaults to none. */
  pods?: ComponentPodsArgs;
}

/** Where the hub sends alerts. */
export interface HubAlertingArgs {
  /**
   * Whom alerts go to, by name. With a receiver the hub has Alertmanagers of its own. Defaults to
   * none: alerts are stored, and sent to `alertmanagers`.
   */
  receivers?: Record<string, AlertReceiverArgs>;
  /**
   * Which alerts go to which receiver: each alert is offered to the routes in this order, and the
   * first that fits takes it. The last one has no conditions, so that no alert is lost. Required
   * with `receivers`.
   */
  routes?: AlertRouteArgs[];
  /** Times by name, any of which hold, for routes that are silent at times. Defaults to none. */
  timeIntervals?: Record<string, AlertTimeIntervalArgs[]>;
  /**
   * Alerts that mute others, in addition to Heliograph's own: a silent edge mutes the alerts of its
   * cluster, an alert that is critical mutes the same that is a warning, and a label
   * `maintenance="true"` mutes what is not critical. Defaults to none.
   */
  inhibitions?: AlertInhibitionArgs[];
  /**
   * Receiver, a key of `receivers`, that gets the test alerts of `verify`, and is the only one that
   * does: one for each tenant whenever somebody verifies, so name one that wakes nobody. Defaults
   * to none: `verify` sends no alert, and checks that one would reach nobody.
   */
  testReceiver?: string;
  /** The hub's own Alertmanagers, if there are receivers. Defaults to the default of each field. */
  alertmanager?: AlertmanagerArgs;
  /**
   * Addresses of other Alertmanagers, e.g. `http://alertmanager.monitoring:9093`. Each of them gets
   * every alert. Defaults to none.
   */
  alertmanagers?: string[];
  /** A dead man's switch, which calls an address for as long as alerts work. Defaults to none. */
  deadMansSwitch?: HubDeadMansSwitchArgs;
  /**
   * Address of the page with the runbooks. The annotation `runbook_url` of an alert is this address
   * followed by the name of the alert in lower case. Defaults to Heliograph's own page on GitHub.
   */
  runbookBaseUrl?: pulumi.Input<string>;
}

/** Limits of the fields of the dead man's switch. */
export const deadMansSwitchFields = {
  everySeconds: whole("Number of seconds between two calls", [10, 86_400], 60).default(60),
};

/** The address that it calls. */
export const calledUrl = described(
  z.string().regex(CALLED_URL),
  CALLED_URL_EXPECTED,
  "https://...",
);

/** Limits of the fields of alerting. */
export const alertingFields = {
  alertmanagers: described(
    z
      .array(
        described(
          z.string().regex(ALERTMANAGER),
          "An Alertmanager",
          "http://alertmanager.monitoring:9093",
          ALERTMANAGER_EXPECTED,
        ),
      )
      .default([]),
    "Addresses of other Alertmanagers. Each of them gets every alert.",
    ["http://alertmanager.monitoring:9093"],
    "a list of addresses",
  ),
};

export const renewBeforeDaysField = whole(
  "Number of days before its end from which a certificate is renewed",
  [1, 3650],
  90,
).optional();
