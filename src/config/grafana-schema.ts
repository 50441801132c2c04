import { z } from "zod";
import {
  described,
  grafanaDatabaseFields,
  grafanaFields,
  grafanaOidcFields,
  text,
} from "@heliograph/heliograph/model";

const { organisations, ...fields } = grafanaFields;
const { name, user, ...database } = grafanaDatabaseFields;
const { name: button, clientId, ...oidc } = grafanaOidcFields;

/** A field whose secret is in the secret section. */
const withSecret = <T extends z.ZodType>(field: T, secret: string): T => {
  const { description, examples } = field.meta() ?? {};
  return field.meta({
    description: `${description}; ${secret} is in \`heliograph:secrets\` \`grafana.${KEYS[secret]}\``,
    examples,
  }) as T;
};
const KEYS: Readonly<Record<string, string>> = {
  "its password": "databasePassword",
  "its secret": "clientSecret",
};

export const grafana = described(
  z.strictObject({
    ...fields,
    database: described(
      z.strictObject({
        host: database.host,
        name,
        user: withSecret(user, "its password"),
        sslMode: database.sslMode,
      }),
      "A PostgreSQL database, for more than one pod",
      { host: "postgres.example.com:5432" },
    ).optional(),
    oidc: described(
      z.strictObject({ name: button, clientId: withSecret(clientId, "its secret"), ...oidc }),
      "Log-in by OpenID Connect; who is in none of the groups is not let in",
      {
        clientId: "grafana",
        authUrl: "https://login.example.com/authorize",
        tokenUrl: "https://login.example.com/token",
        userInfoUrl: "https://login.example.com/userinfo",
        admins: ["platform-admins"],
      },
    ).optional(),
    organisations,
  }),
  "Grafana, with data sources made from the inventory",
  { host: "grafana.ops.example.com", exposure: "Ingress", tlsSecret: "grafana-tls" },
);

const secret = (what: string) => text(what, "...").optional();

/** The part of the secret section that is Grafana's. */
export const grafanaSecrets = described(
  z.strictObject({
    adminPassword: secret(
      "Password of the user admin, from the first start on; generated where left out",
    ),
    databasePassword: secret("Password of the database's user"),
    clientSecret: secret("Secret of the client at the identity provider"),
  }),
  "Passwords of Grafana",
  { clientSecret: "..." },
);

export type GrafanaSection = z.output<typeof grafana>;
export type GrafanaSecrets = z.output<typeof grafanaSecrets>;
