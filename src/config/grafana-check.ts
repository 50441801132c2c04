import type { Problem } from "../../components/kit/problems";
import { grafanaFaults } from "../../components/topology";
import { pasteLines, showPath } from "./explain";
import type { GrafanaSecrets } from "./grafana-schema";
import type { HubSection } from "./hub-schema";

export function grafanaProblems({ grafana, tenants }: HubSection): Problem[] {
  if (!grafana) return [];
  return grafanaFaults(grafana, Object.keys(tenants)).map(({ path, got, expected, example }) => {
    const key = ["hub", "grafana", ...path];
    return { path: showPath(key), got, expected, paste: pasteLines(key, example) };
  });
}

const SECTION = { databasePassword: "database", clientSecret: "oidc" } as const;
type Password = keyof typeof SECTION;

/** Secrets that somebody has to give. */
export function neededPasswords(hub: HubSection | undefined): Password[] {
  return (Object.keys(SECTION) as Password[]).filter((name) => hub?.grafana?.[SECTION[name]]);
}

export function missingPasswords(
  hub: HubSection | undefined,
  secrets: GrafanaSecrets | undefined,
): Problem[] {
  const missing = neededPasswords(hub).filter((name) => !secrets?.[name]);
  return missing.map((name) => {
    const key = `heliograph:secrets.grafana.${name}`;
    return {
      path: key,
      expected: `what heliograph:hub.grafana.${SECTION[name]} needs to be let in`,
      paste: `pulumi config set --secret --path '${key}' ...`,
    };
  });
}
