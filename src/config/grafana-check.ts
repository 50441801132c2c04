import type { Issue } from "@heliograph/heliograph";
import type { GrafanaSecrets } from "./grafana-schema";
import type { HubSection } from "./hub-schema";
import { setSecret } from "./notation";

const SECTION = { databasePassword: "database", clientSecret: "oidc" } as const;
type Password = keyof typeof SECTION;

/** Secrets that somebody has to give. */
export function neededPasswords(hub: HubSection | undefined): Password[] {
  return (Object.keys(SECTION) as Password[]).filter((name) => hub?.grafana?.[SECTION[name]]);
}

export function missingPasswords(
  hub: HubSection | undefined,
  secrets: GrafanaSecrets | undefined,
): Issue[] {
  const missing = neededPasswords(hub).filter((name) => !secrets?.[name]);
  return missing.map((name) => ({
    path: ["secrets", "grafana", name],
    expected: `what heliograph:hub.grafana.${SECTION[name]} needs to be let in`,
    lines: setSecret(["grafana", name]),
  }));
}
