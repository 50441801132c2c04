import { request as forward, type RequestListener } from "node:http";
import { join } from "node:path";
import { freePorts, run } from "../host/program";
import { answerJson, LOOPBACK, startCloudHosts } from "./hosts";
import { answering, type CloudStore, type CloudStoreArgs, wayTo } from "./store";

const HOST = "storage.googleapis.com";
const TOKEN = "token-of-the-service-account";

/**
 * fake-gcs-server, at this path, for Google Cloud Storage, behind what asks for the token that the
 * metadata server of a node gives to pods: it asks nobody itself.
 */
export async function startFakeGcs(
  program: string,
  { folder, address, buckets }: CloudStoreArgs,
): Promise<CloudStore> {
  const [port = 0] = await freePorts(1);
  const listen = [
    "-scheme",
    "http",
    "-host",
    LOOPBACK,
    "-port",
    String(port),
    "-external-url",
    `https://${HOST}`,
  ];
  const disk = [
    "-backend",
    "filesystem",
    "-filesystem-root",
    join(folder, "gcs"),
    "-log-level",
    "warn",
  ];
  const server = run(program, [...listen, ...disk]);
  const hosts = await startCloudHosts({
    folder: join(folder, "hosts"),
    address,
    names: [HOST],
    metadata,
    start: async () => ({ [HOST]: storage(port) }),
  });
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
  const stop = async () => {
    hosts.stop();
    await server.stop();
  };
  await answering(
    "fake-gcs-server",
    () => hosts.ask(HOST, "/storage/v1/b?project=contoso", { headers }),
    stop,
  );
  for (const name of buckets) {
    const body = JSON.stringify({ name });
    await hosts.ask(HOST, "/storage/v1/b?project=contoso", { method: "POST", headers, body });
  }
  const { env, files } = wayTo(hosts);
  return {
    section: (bucket) => ({
      provider: "gcs",
      existing: { bucket, serviceAccount: "heliograph@contoso.iam.gserviceaccount.com" },
    }),
    env: { ...env, GCE_METADATA_HOST: hosts.proxy },
    files,
    objects: async (bucket) => {
      const list = await hosts.ask(HOST, `/storage/v1/b/${bucket}/o`, { headers });
      return ((JSON.parse(list) as { items?: { name: string }[] }).items ?? []).map(
        ({ name }) => name,
      );
    },
    stop,
  };
}

function storage(port: number): RequestListener {
  return (request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      return answerJson(response, { error: "no token" }, 401);
    const { method, url: path, headers } = request;
    const asked = forward({ host: LOOPBACK, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  };
}

/**
 * The metadata server of a node, which gives pods the token of their service account's identity.
 */
const metadata: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://metadata.google.internal");
  if (!pathname.endsWith("/service-accounts/default/token")) return answerJson(response, {}, 404);
  answerJson(response, { access_token: TOKEN, expires_in: 3600, token_type: "Bearer" });
};
