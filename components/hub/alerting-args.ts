import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { described, whole } from "../kit/fields";
import type { ComponentPodsArgs } from "../kit/pods";
import { ALERTMANAGER, ALERTMANAGER_EXPECTED, CALLED_URL, CALLED_URL_EXPECTED } from "../kit/urls";

/**
 * Calls an address from the hub for as long as metrics arrive and alerts are evaluated, so that
 * somebody outside notices when they are not.
 */
export interface HubDeadMansSwitchArgs {
  /** Secret: the address to call (GET), https or http. */
  url: pulumi.Input<string>;
  /** Seconds between two calls, 10 to 86,400. Defaults to 60. */
  everySeconds?: number;
  /** Placement and resources of its pod, beside what `pods` of the hub says. */
  pods?: ComponentPodsArgs;
}

/** Who is told when something is wrong. */
export interface HubAlertingArgs {
  /**
   * Addresses of Alertmanagers, each gets every alert, e.g. `http://alertmanager.monitoring:9093`.
   * Defaults to none: alerts are only stored.
   */
  alertmanagers?: string[];
  /** Calls an address for as long as alerts work. Defaults to none. */
  deadMansSwitch?: HubDeadMansSwitchArgs;
  /**
   * Address of the page that says what to do about each alert: the annotation `runbook_url` is this
   * and the name of the alert in lower case. Defaults to Heliograph's own page on GitHub.
   */
  runbookBaseUrl?: pulumi.Input<string>;
}

/** Limits of the fields of the dead man's switch. */
export const deadMansSwitchFields = {
  everySeconds: whole("Seconds between two calls", [10, 86_400], 60).default(60),
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
          `An Alertmanager: ${ALERTMANAGER_EXPECTED}`,
          "http://alertmanager.monitoring:9093",
        ),
      )
      .default([]),
    "Alertmanagers that are told, each of every alert: a list of addresses",
    ["http://alertmanager.monitoring:9093"],
  ),
};

export const renewBeforeDaysField = whole(
  "Days before its end from which a certificate is renewed",
  [1, 3650],
  90,
).optional();

export const runbookBaseUrlField = described(
  z.string().regex(CALLED_URL).optional(),
  `Page with the runbooks: ${CALLED_URL_EXPECTED}`,
  "https://wiki.example.com/heliograph/runbooks#",
);
