import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer, request } from "node:https";
import { connect, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createRequest, createSelfSigned, signRequest } from "../plugins/tls/certificates";
import { generatePrivateKey, parsePrivateKey } from "../plugins/tls/keys";

export const LOOPBACK = "127.0.0.1";

/**
 * What stands for a host of a cloud: a server in this process, or the port on loopback of a program
 * that has the certificate.
 */
export type Host = RequestListener | number;

export interface CloudHostsArgs {
  /** For certificates. */
  readonly folder: string;
  /** Where clients find the proxy. */
  readonly address: string;
  readonly names: readonly string[];
  /** Started once the certificate is there, which is for all names. */
  readonly start: (
    files: Readonly<Record<"cert" | "key", string>>,
  ) => Promise<Readonly<Record<string, Host>>>;
  /** Answers for the addresses without TLS at which machines of a cloud get their identity. */
  readonly metadata: RequestListener;
}

export interface CloudHosts {
  /** Host and port of the proxy. */
  readonly proxy: string;
  /** Whom clients have to trust. */
  readonly authority: string;
  readonly ask: (host: string, path: string, options?: Asking) => Promise<string>;
  readonly stop: () => void;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Hosts of a cloud as its clients know them: whoever asks through this proxy for one of them gets
 * to what stands for it, with a certificate for that name. So programs run with the configuration
 * that they have in earnest.
 */
export async function startCloudHosts({
  folder,
  address,
  names,
  start,
  metadata,
}: CloudHostsArgs): Promise<CloudHosts> {
  const { authority, cert, key } = await certificateFor(names);
  const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  mkdirSync(folder, { recursive: true });
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key, { mode: 0o600 });

  const servers: Server[] = [];
  const listen = async (server: Server, at: string): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, at, resolve));
    return (server.address() as AddressInfo).port;
  };
  const ports = new Map<string, number>();
  for (const [name, host] of Object.entries(await start(files)))
    ports.set(
      name,
      typeof host === "number"
        ? host
        : await listen(createTlsServer({ cert, key }, host), LOOPBACK),
    );
  const proxy = createServer(metadata);
  proxy.on("connect", (asked, client) => {
    const port = ports.get((asked.url ?? "").replace(/:443$/, ""));
    if (port === undefined)
      return client.end(`HTTP/1.1 502 nobody stands for ${asked.url}\r\n\r\n`);
    const server = connect(port, LOOPBACK, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    server.on("error", () => client.destroy());
    client.on("error", () => server.destroy());
  });

  return {
    proxy: `${address}:${await listen(proxy, address)}`,
    authority,
    ask: (host, path, options) => ask({ host, port: ports.get(host), path, authority }, options),
    stop: () => servers.forEach((server) => server.close()),
  };
}

interface Asked {
  readonly host: string;
  readonly port?: number;
  readonly path: string;
  readonly authority: string;
}

/** The text of the answer; throws what is none. */
function ask(
  { host, port, path, authority }: Asked,
  { method = "GET", headers, body }: Asking = {},
): Promise<string> {
  const options = { host: LOOPBACK, port, servername: host, path, method, ca: authority };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, headers: { Host: host, ...headers } }, (response) => {
      const { statusCode = 0 } = response;
      const failed = `${statusCode} to ${method} https://${host}${path}`;
      text(response).then((answer) => {
        if (statusCode < 300) resolve(answer);
        else reject(new Error(`${failed}: ${answer}`));
      }, reject);
    });
    asked.on("error", reject).end(body);
  });
}

export function answerJson(
  response: Parameters<RequestListener>[1],
  answer: object,
  status = 200,
): void {
  response.writeHead(status, { "Content-Type": "application/json", "Metadata-Flavor": "Google" });
  response.end(JSON.stringify(answer));
}

async function certificateFor(
  names: readonly string[],
): Promise<Record<"authority" | "cert" | "key", string>> {
  const refuse = (what: string) => what;
  const options = { validityPeriodHours: 48, setSubjectKeyId: true };
  const pair = () => generatePrivateKey().privateKeyPem;
  const own = await parsePrivateKey(pair(), refuse);
  const uses = { isCaCertificate: true, allowedUses: ["cert_signing" as const] };
  const authority = await createSelfSigned(
    { subject: { commonName: "Clouds of the lab" } },
    { ...options, ...uses },
    own,
  );
  const key = pair();
  const asked = { subject: { commonName: "clouds" }, dnsNames: [...names] };
  const { pem } = await createRequest(asked, await parsePrivateKey(key, refuse));
  const leaf = { ...options, allowedUses: ["digital_signature" as const, "server_auth" as const] };
  return {
    authority: authority.pem,
    cert: (await signRequest(pem, authority.pem, own, leaf)).pem,
    key,
  };
}
