import type { HubGrafanaArgs } from "@heliograph/heliograph";
import type { Configuration } from "../config/load";
import type { GrafanaSection } from "../config/grafana-schema";

/** Grafana as the stack file has it, with what the secret section adds. */
export function grafanaArgs(
  { database, oidc, ...section }: GrafanaSection,
  { adminPassword, databasePassword, clientSecret }: Configuration["grafana"],
): HubGrafanaArgs {
  return {
    ...section,
    adminPassword,
    database: database && databasePassword && { ...database, password: databasePassword },
    oidc: oidc && clientSecret && { ...oidc, clientSecret },
  };
}
