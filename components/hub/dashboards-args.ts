import { z } from "zod";
import { described } from "../kit/fields";

/**
 * Dashboards of your own, as Grafana's JSON, by the paths of their files: `checkout.json`, or
 * `shop/checkout.json` for the folder `shop` in Grafana. Without a folder they are in `Own`.
 */
export interface HubDashboardFilesArgs {
  /** For operators. Defaults to none. */
  operators?: Record<string, string>;
  /** For operators and for every organisation. Defaults to none. */
  everyone?: Record<string, string>;
  /** By organisation, a key of `grafana.organisations`. Defaults to none. */
  organisations?: Record<string, Record<string, string>>;
}

/**
 * What Grafana shows beside Heliograph's own dashboards. Nobody can change it in Grafana.
 *
 * It must be known at preview.
 */
export interface HubDashboardsArgs {
  /** Dashboards of your own. They are checked before anything is deployed. Defaults to none. */
  files?: HubDashboardFilesArgs;
}

const FILE = { "checkout.json": '{ "title": "Checkout", ... }' };
const files = (whose: string) =>
  described(
    z.record(z.string(), z.string()).optional(),
    `Dashboards as JSON by path of their file, for ${whose}. Defaults to none.`,
    FILE,
    "a map of texts",
  );

/** Limits of `HubDashboardsArgs`. */
export const dashboardsFields = {
  files: described(
    z
      .strictObject({
        operators: files("operators"),
        everyone: files("operators and every organisation"),
        organisations: described(
          z.record(z.string(), z.record(z.string(), z.string())).optional(),
          "Dashboards as JSON by organisation and path of their file. Defaults to none.",
          { acme: FILE },
          "a map of maps of texts",
        ),
      })
      .optional(),
    "Dashboards of your own, as texts of files by path. Defaults to none.",
    { operators: FILE },
  ),
};
