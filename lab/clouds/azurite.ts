import type { RequestListener } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePorts, run, type RunningProgram } from "../host/program";
import { answerJson, LOOPBACK, startCloudHosts } from "./hosts";
import { answering, type CloudStore, type CloudStoreArgs, wayTo } from "./store";

const ACCOUNT = "contoso";
const HOST = `${ACCOUNT}.blob.core.windows.net`;
const LOGIN = "login.microsoftonline.com";
const TENANT = "11111111-1111-1111-1111-111111111111";
const CLIENT = "22222222-2222-2222-2222-222222222222";
/** What Kubernetes says of the pod's service account. */
const FEDERATED = "token-of-the-service-account";

/**
 * Azurite for Azure's blobs: it takes no keys here, but the token that a pod gets for the identity
 * of its service account, as Azure does.
 */
export async function startAzurite({
  folder,
  address,
  buckets,
}: CloudStoreArgs): Promise<CloudStore> {
  let azurite: RunningProgram | undefined;
  const hosts = await startCloudHosts({
    folder: join(folder, "hosts"),
    address,
    names: [HOST, LOGIN],
    metadata: instanceMetadata,
    start: async ({ cert, key }) => {
      const [port = 0] = await freePorts(1);
      const listen = [
        "--blobHost",
        LOOPBACK,
        "--blobPort",
        String(port),
        "--cert",
        cert,
        "--key",
        key,
      ];
      const how = ["--oauth", "basic", "--silent", "--disableTelemetry", "--skipApiVersionCheck"];
      const main = require.resolve("azurite/dist/src/blob/main.js");
      azurite = run(
        process.execPath,
        [main, "--location", join(folder, "azurite"), ...listen, ...how],
        {
          env: {
            AZURITE_ACCOUNTS: `${ACCOUNT}:${Buffer.from("a key that nobody uses").toString("base64")}`,
          },
        },
      );
      return { [HOST]: port, [LOGIN]: login };
    },
  });
  const ask = (method: string, bucket: string, what = "") =>
    hosts.ask(HOST, `/${bucket}?restype=container${what}`, {
      method,
      headers: { "x-ms-version": "2021-12-02", Authorization: `Bearer ${accessToken()}` },
    });
  const stop = async () => {
    hosts.stop();
    await azurite?.stop();
  };
  await answering("Azurite", () => ask("PUT", "ready"), stop);
  for (const bucket of buckets) await ask("PUT", bucket);
  const { env, files } = wayTo(hosts);
  return {
    section: (container) => ({
      provider: "azure",
      existing: { storageAccount: ACCOUNT, container, clientId: CLIENT },
    }),
    env: {
      ...env,
      // As the webhook of workload identity does for pods with its label.
      AZURE_CLIENT_ID: CLIENT,
      AZURE_TENANT_ID: TENANT,
      AZURE_AUTHORITY_HOST: `https://${LOGIN}/`,
    },
    files: { ...files, AZURE_FEDERATED_TOKEN_FILE: FEDERATED },
    objects: async (bucket) => {
      const list = await ask("GET", bucket, "&comp=list");
      return [...list.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, name]) => name!);
    },
    stop,
  };
}

/** Microsoft Entra: a token for whoever brings what Kubernetes says of the service account. */
const login: RequestListener = (request, response) => {
  answerLogin(request, response).catch((error: unknown) =>
    answerJson(response, { error: String(error) }, 500),
  );
};

async function answerLogin(...[request, response]: Parameters<RequestListener>): Promise<void> {
  const url = `https://${LOGIN}/${TENANT}`;
  const { pathname } = new URL(request.url ?? "/", url);
  if (pathname.endsWith("/discovery/instance")) {
    const metadata = [{ preferred_network: LOGIN, preferred_cache: LOGIN, aliases: [LOGIN] }];
    return answerJson(response, {
      tenant_discovery_endpoint: `${url}/v2.0/.well-known/openid-configuration`,
      metadata,
    });
  }
  if (request.method !== "POST") {
    return answerJson(response, {
      issuer: `${url}/v2.0`,
      authorization_endpoint: `${url}/oauth2/v2.0/authorize`,
      token_endpoint: `${url}/oauth2/v2.0/token`,
    });
  }
  const form = new URLSearchParams(await text(request));
  if (form.get("client_assertion") !== FEDERATED || form.get("client_id") !== CLIENT)
    return answerJson(response, { error: "invalid_client" }, 401);
  answerJson(response, { token_type: "Bearer", expires_in: 3600, access_token: accessToken() });
}

/** The same for a machine's identity, which is all that Tempo 1.5 knows. */
const instanceMetadata: RequestListener = (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://169.254.169.254");
  if (pathname !== "/metadata/identity/oauth2/token") return answerJson(response, {}, 404);
  const now = Math.floor(Date.now() / 1000);
  answerJson(response, {
    token_type: "Bearer",
    resource: searchParams.get("resource"),
    access_token: accessToken(),
    expires_in: "3600",
    expires_on: String(now + 3600),
    not_before: String(now),
  });
};

/** Azurite looks at what it says, not at who signed it. */
function accessToken(): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: "https://storage.azure.com",
    iss: `https://sts.windows.net/${TENANT}/`,
    appid: CLIENT,
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", typ: "JWT" })}.${part({ ...claims, iat: now, nbf: now, exp: now + 3600 })}.`;
}
