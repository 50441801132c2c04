import { chmodSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  memcachedArguments,
  REDIS_PASSWORD,
  type Cache,
} from "../../../components/backends/kit/cache-config";
import { MEMCACHED_PORT } from "../../../components/backends/kit/architecture";
import { authority } from "./certificates";
import { program } from "./programs";
import { freePorts, run, untilReady } from "./server";

/** A cache, as backends are told of it. */
export interface RunningCache {
  readonly cache: Cache;
  /** What pods find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How often it has found what it was asked for, by its own count. */
  readonly hits: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export const CACHES = { memcached: startMemcached, redis: startRedis } as const;

/** With the arguments of our pods. Its port is theirs, too, so each has an address of its own. */
async function startMemcached(): Promise<RunningCache> {
  const [a, b] = [1, 2].map(() => 1 + Math.floor(250 * Math.random()));
  const address = `127.77.${a}.${b}`;
  const memcached = run(program("memcached", "memcached"), [
    ...memcachedArguments(64),
    `--listen=${address}`,
    "--user=root",
  ]);
  const hits = async () =>
    countIn(await say(address, MEMCACHED_PORT, "stats\nquit\n"), /STAT get_hits (\d+)/);
  await untilReady("memcached", memcached, hits);
  return { cache: { memcached: [address] }, env: {}, hits, stop: memcached.stop };
}

/** What YAML would read in another way, if it were not quoted. */
const PASSWORD = `#&: '"{$PATH}\\`;

/** By TLS and with a password, as clouds offer it; on another port without TLS, for us. */
async function startRedis(folder: string): Promise<RunningCache> {
  const [port = 0, plain = 0] = await freePorts(2);
  const ca = await authority("caches");
  const { cert, key } = await ca.issue("CN=redis");
  const files = { ca: ca.cert, cert, key };
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, `redis-${name}.pem`), text);
  const settings = [
    "bind 127.0.0.1",
    `port ${plain}`,
    `tls-port ${port}`,
    `tls-cert-file ${join(folder, "redis-cert.pem")}`,
    `tls-key-file ${join(folder, "redis-key.pem")}`,
    "tls-auth-clients no",
    `requirepass ${JSON.stringify(PASSWORD)}`,
    `dir ${folder}`,
    'save ""',
  ];
  const file = join(folder, "redis.conf");
  writeFileSync(file, `${settings.join("\n")}\n`);
  chmodSync(folder, 0o755);
  const redis = run(program("redis-server", "redis-server"), [file]);
  const hits = async () =>
    countIn(
      await say("127.0.0.1", plain, `AUTH ${JSON.stringify(PASSWORD)}\r\nINFO stats\r\nQUIT\r\n`),
      /keyspace_hits:(\d+)/,
    );
  await untilReady("Redis", redis, hits);
  return {
    cache: { redis: { endpoint: `127.0.0.1:${port}`, tls: true, database: 3, password: true } },
    env: {
      [REDIS_PASSWORD]: JSON.stringify(PASSWORD),
      SSL_CERT_FILE: join(folder, "redis-ca.pem"),
    },
    hits,
    stop: redis.stop,
  };
}

function countIn(text: string, pattern: RegExp): number {
  const [, count] = pattern.exec(text) ?? [];
  if (count === undefined) throw new Error(`no ${String(pattern)} in ${text.slice(0, 300)}`);
  return Number(count);
}

/** Everything that is answered until the other side ends the connection. */
function say(host: string, port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.once("error", reject);
    socket.once("close", () => resolve(answer));
  });
}
