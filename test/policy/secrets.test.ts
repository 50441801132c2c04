/**
 * Proves (mocks): in everything that the components make of secrets which are given as plain text,
 * and of the keys that they make themselves, secrets are marked: in inputs of any resource, and in
 * the outputs of the components. Stacks are held to it in test/stacks/wiring.test.ts.
 */
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { EdgeAgent } from "../../components/edge/edge-agent";
import { HubObservability } from "../../components/hub/hub-observability";
import { MtlsPki } from "../../components/pki/mtls-pki";
import { ObjectStoreBucket } from "../../components/storage/object-store-bucket";
import { connection, hubArgs } from "../components/hub/hub";
import { certificate, edgeArgs } from "../components/edge/edge";
import { recordResources, resolved, settled } from "../support/mocks";

/** Given as plain text, or made by the provider's key of this name. */
const SECRETS = [
  ...["plain-key", "plain-admin", "plain-database", "plain-client", "plain-redis", "plain-beat"],
  ...["plain-store", "plain-query", "privateKeyPem"],
];
const holds = (value: unknown) => {
  const text = JSON.stringify(value) ?? "";
  return SECRETS.filter(
    (secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString("base64")),
  );
};

/** Paths of texts that hold a secret, outside of what is marked. */
function unmarked(value: unknown, marked: readonly string[], path = ""): string[] {
  if (marked.includes(path)) return [];
  if (typeof value !== "object" || value === null) return holds(value).length > 0 ? [path] : [];
  return Object.entries(value).flatMap(([key, inner]) =>
    unmarked(inner, marked, path === "" ? key : `${path}.${key}`),
  );
}

function makeAll() {
  const bucket = new ObjectStoreBucket("bucket", {
    namespace: "heliograph-hub",
    s3Compatible: {
      existing: {
        endpoint: "minio.example.com:9000",
        bucket: "heliograph-metrics",
        accessKeyId: "an id",
        secretAccessKey: "plain-store",
      },
    },
  });
  const pki = new MtlsPki("pki", {
    authority: { serverNames: ["ingest.example.com"], queries: true },
  });
  const identity = new MtlsPki("identity", { identity: { edge: "dev" } });
  const hub = new HubObservability(
    "hub",
    hubArgs({
      gateway: { ...hubArgs().gateway, serverPrivateKey: "plain-key" },
      cells: {
        main: {
          metrics: {
            bucket: connection,
            backend: "thanos",
            topology: "microservices",
            redis: { endpoint: "redis.example.com:6379", password: "plain-redis" },
          },
        },
      },
      alerting: { deadMansSwitch: { url: "https://beats.example.com/plain-beat" } },
      globalQuery: {
        certificate: "a certificate",
        privateKey: "plain-query",
        trustBundle: ["query authority"],
      },
      grafana: {
        host: "grafana.example.com",
        adminPassword: "plain-admin",
        database: { host: "db:5432", name: "d", user: "u", password: "plain-database" },
        oidc: {
          ...{ name: "Log in", clientId: "c", clientSecret: "plain-client", scopes: ["openid"] },
          authUrl: "https://login.example.com/authorize",
          tokenUrl: "https://login.example.com/token",
          userInfoUrl: "https://login.example.com/userinfo",
          groupsPath: "roles",
          admins: ["admins"],
        },
      },
    }),
  );
  const privateKey = "-----BEGIN PRIVATE KEY-----\nplain-key\n-----END PRIVATE KEY-----\n";
  const edge = new EdgeAgent("edge", {
    ...edgeArgs,
    hub: { ...edgeArgs.hub, certificate, privateKey, signals: ["metrics", "logs", "traces"] },
  });
  return { bucket, pki, identity, hub, edge };
}

test("every secret is marked, in every resource and in every output", async () => {
  const recorded = recordResources();
  const components = makeAll();
  await settled();

  const open = recorded.flatMap(({ name, inputs, secrets }) =>
    unmarked(inputs, secrets).map((path) => `${name}: ${path}`),
  );
  expect(open).toEqual([]);
  const reached = holds(recorded.map(({ inputs }) => inputs));
  expect(reached, "a secret that reaches nothing proves nothing").toEqual(SECRETS);

  const outputs = Object.entries(components).flatMap(([name, component]) =>
    Object.entries(component)
      .filter(([, value]) => pulumi.Output.isInstance(value))
      .map(([output, value]) => ({
        output: `${name}.${output}`,
        value: value as pulumi.Output<unknown>,
      })),
  );
  expect(outputs.length).toBeGreaterThan(10);
  const marked: string[] = [];
  for (const { output, value } of outputs) {
    if (holds(await resolved(value)).length === 0) continue;
    marked.push(output);
    expect(await pulumi.isSecret(value), output).toBe(true);
  }
  expect(marked).toEqual(["pki.serverPrivateKey", "pki.queryPrivateKey", "identity.privateKey"]);
});
