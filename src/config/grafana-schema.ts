import { z } from "zod";
import {
  described,
  grafanaDatabaseFields,
  grafanaFields,
  grafanaOidcFields,
  text,
  withSentence,
} from "@heliograph/heliograph/model";

const { organisations, ...fields } = grafanaFields;
const { name, user, ...database } = grafanaDatabaseFields;
const { name: button, clientId, ...oidc } = grafanaOidcFields;

/** A field whose secret is in the secret section, under `key`. */
const withSecret = <T extends z.ZodType>(field: T, secret: string, key: string): T =>
  withSentence(field, `Its ${secret} is in \`heliograph:secrets\` \`grafana.${key}\`.`);

export const grafana = described(
  z.strictObject({
    ...fields,
    database: described(
      z.strictObject({
        host: database.host,
        name,
        user: withSecret(user, "password", "databasePassword"),
        sslMode: database.sslMode,
      }),
      "An existing PostgreSQL database. It is required for more than one pod.",
      { host: "postgres.example.com:5432" },
    ).optional(),
    oidc: described(
      z.strictObject({
        name: button,
        clientId: withSecret(clientId, "secret", "clientSecret"),
        ...oidc,
      }),
      "Log-in with OpenID Connect. Users who are in none of the groups cannot log in.",
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
  "Grafana, with data sources that are generated from the inventory. Defaults to none.",
  { host: "grafana.ops.example.com", exposure: "Ingress", tlsSecret: "grafana-tls" },
);

const secret = (what: string) => text(what, "...").optional();

/** The part of the secret section that is Grafana's. */
export const grafanaSecrets = described(
  z.strictObject({
    adminPassword: secret(
      "Password of the user `admin`. Grafana reads it at its first start only. " +
        "Defaults to a password that is generated once.",
    ),
    databasePassword: secret("Password of the database's user"),
    clientSecret: secret("Secret of the client at the identity provider"),
  }),
  "Passwords of Grafana",
  { clientSecret: "..." },
);

export type GrafanaSection = z.output<typeof grafana>;
export type GrafanaSecrets = z.output<typeof grafanaSecrets>;
