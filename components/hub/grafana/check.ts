import { DNS_LABEL, DNS_LABEL_EXPECTED } from "../../contract/names";
import type { Problem } from "../../kit/problems";
import { CALLED_URL, CALLED_URL_EXPECTED } from "../../kit/urls";
import { GrafanaExposure, type HubGrafanaArgs } from "./args";
import {
  grafanaFaults,
  GROUP,
  GROUP_EXPECTED,
  INI_TEXT,
  INI_TEXT_EXPECTED,
  type GrafanaFault,
} from "./faults";

/** Everything that is wrong with the arguments: that they are well-formed, and that they go together. */
export function grafanaProblems(args: HubGrafanaArgs, tenants: readonly string[]): Problem[] {
  const faults = [...formFaults(args), ...grafanaFaults(args, tenants)];
  return faults.map(({ path, got, expected, example }) => ({
    path: ["grafana", ...path].join("."),
    got,
    expected,
    paste: `${path.at(-1)}: ${JSON.stringify(example)}`,
  }));
}

function formFaults({
  replicas = 1,
  exposure,
  diskSize,
  organisations = {},
  ...args
}: HubGrafanaArgs): GrafanaFault[] {
  const exposures = Object.values(GrafanaExposure);
  return [
    ...(Number.isInteger(replicas) && replicas >= 0 && replicas <= 20
      ? []
      : [
          {
            path: ["replicas"],
            got: replicas,
            expected: "a whole number from 0 to 20",
            example: 1,
          },
        ]),
    ...(exposure === undefined || exposures.includes(exposure)
      ? []
      : [
          {
            path: ["exposure"],
            got: exposure,
            expected: `one of ${exposures.join(", ")}`,
            example: "ClusterIP",
          },
        ]),
    ...matching(/^\d+(Mi|Gi|Ti)$/, "a Kubernetes quantity in Mi, Gi or Ti", "5Gi", [
      [["diskSize"], diskSize],
    ]),
    ...matching(INI_TEXT, INI_TEXT_EXPECTED, "grafana", texts(args)),
    ...matching(
      CALLED_URL,
      CALLED_URL_EXPECTED,
      "https://login.example.com/token",
      addresses(args),
    ),
    ...matching(GROUP, GROUP_EXPECTED, "platform-engineers", groups({ organisations, ...args })),
    ...matching(
      DNS_LABEL,
      `a name that is ${DNS_LABEL_EXPECTED}`,
      "my-name",
      Object.keys(organisations).map((name) => [["organisations", name], name]),
    ),
  ];
}

type Found = readonly [path: readonly string[], value: string | undefined];

function matching(
  pattern: RegExp,
  expected: string,
  example: string,
  found: readonly Found[],
): GrafanaFault[] {
  return found
    .filter(([, value]) => value !== undefined && !pattern.test(value))
    .map(([path, got]) => ({ path, got, expected, example }));
}

function texts({ host, database, oidc }: HubGrafanaArgs): Found[] {
  return [
    [["host"], host],
    [["database", "host"], database?.host],
    [["database", "name"], database?.name],
    [["database", "user"], database?.user],
    [["oidc", "name"], oidc?.name],
    [["oidc", "clientId"], oidc?.clientId],
    [["oidc", "groupsPath"], oidc?.groupsPath],
    ...addresses({ oidc }),
    ...(oidc?.scopes ?? []).map((scope): Found => [["oidc", "scopes"], scope]),
  ];
}

function addresses({ oidc }: HubGrafanaArgs): Found[] {
  return (["authUrl", "tokenUrl", "userInfoUrl"] as const).map((key) => [
    ["oidc", key],
    oidc?.[key],
  ]);
}

function groups({ oidc, organisations = {} }: HubGrafanaArgs): Found[] {
  const of = (path: readonly string[], names: readonly string[] = []) =>
    names.map((name): Found => [path, name]);
  return [
    ...(["admins", "editors", "viewers"] as const).flatMap((role) =>
      of(["oidc", role], oidc?.[role]),
    ),
    ...Object.entries(organisations).flatMap(([name, customer]) =>
      (["editors", "viewers"] as const).flatMap((role) =>
        of(["organisations", name, role], customer[role]),
      ),
    ),
  ];
}
