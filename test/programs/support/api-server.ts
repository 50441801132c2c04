/**
 * A real API server on loopback, with etcd and a temporary folder: no nodes, so pods stay Pending.
 * Controllers run if a test names them.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { program } from "./programs";
import { freePorts } from "./server";

export interface ApiServerOptions {
  /**
   * Controllers of kube-controller-manager, for example `garbage-collector-controller`. None by
   * default.
   */
  controllers?: string[];
}
export interface ApiServer {
  /** Path of a kubeconfig, whose only context is `test`, with all rights. */
  kubeconfig: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 90_000;
const stopTimeoutMs = 15_000;

export async function startApiServer({
  controllers = [],
}: ApiServerOptions = {}): Promise<ApiServer> {
  const programs = kubernetesPrograms();
  const folder = await mkdtemp(join(tmpdir(), "heliograph-api-server-"));
  const processes = new Processes(folder);
  const stop = async () => {
    await processes.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [client, peer, secure] = await freePorts(3);
    const token = randomBytes(16).toString("hex");
    await writeCredentials(folder, token);
    processes.start(program("etcd", "etcd"), etcdArguments(folder, client!, peer!));
    processes.start(join(programs, "kube-apiserver"), apiServerArguments(folder, client!, secure!));
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, kubeconfigOf(secure!, join(folder, "apiserver.crt"), token));
    await untilReady(folder, secure!, token, processes);
    if (controllers.length > 0) {
      processes.start(
        join(programs, "kube-controller-manager"),
        controllerArguments(folder, kubeconfig, controllers),
      );
    }
    return { kubeconfig, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The folder with kube-apiserver, kube-controller-manager and kubectl. */
export function kubernetesPrograms(): string {
  const given = process.env["HELIOGRAPH_KUBERNETES_BIN"];
  const cache = process.env["HELIOGRAPH_CACHE"] ?? join(homedir(), ".cache", "heliograph");
  const versions = join(cache, "programs", "kubernetes");
  const built = existsSync(versions)
    ? readdirSync(versions).map((version) => join(versions, version))
    : [];
  const found = (given ? [given] : built).find((candidate) =>
    existsSync(join(candidate, "kube-apiserver")),
  );
  if (found) return found;
  throw new Error(
    `No kube-apiserver in ${given ?? versions}: let the lab build it (npm run lab), ` +
      `or say where it is with HELIOGRAPH_KUBERNETES_BIN.`,
  );
}

class Processes {
  private readonly children: { name: string; child: ChildProcess; log: string }[] = [];
  private readonly killAll = () => this.children.forEach(({ child }) => child.kill("SIGKILL"));

  constructor(private readonly folder: string) {
    process.on("exit", this.killAll);
  }

  start(program: string, parameters: string[]): void {
    const name = program.replace(/.*\//, "");
    const log = join(this.folder, `${name}.log`);
    const output = openSync(log, "a");
    this.children.push({
      name,
      log,
      child: spawn(program, parameters, { stdio: ["ignore", output, output] }),
    });
  }

  /** Throws with the end of its log if one of the processes has ended. */
  check(): void {
    for (const { name, child, log } of this.children) {
      if (child.exitCode === null && child.signalCode === null) continue;
      throw new Error(
        `${name} ended with ${child.exitCode ?? child.signalCode}:\n${lastLines(log)}`,
      );
    }
  }

  logs(): string {
    return this.children.map(({ name, log }) => `${name}:\n${lastLines(log)}`).join("\n");
  }

  async stop(): Promise<void> {
    // In reverse: what uses another one ends before it.
    for (const { child } of [...this.children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await Promise.race([
        ended,
        sleep(stopTimeoutMs, undefined, { ref: false }).then(() => child.kill("SIGKILL")),
      ]);
    }
    process.off("exit", this.killAll);
  }
}

function lastLines(path: string): string {
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-15).join("\n");
}

async function writeCredentials(folder: string, token: string): Promise<void> {
  await writeFile(join(folder, "tokens.csv"), `${token},admin,admin,system:masters\n`, {
    mode: 0o600,
  });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pem = privateKey.export({ type: "sec1", format: "pem" });
  await writeFile(join(folder, "service-accounts.key"), pem, { mode: 0o600 });
}

function etcdArguments(folder: string, clientPort: number, peerPort: number): string[] {
  return [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=http://127.0.0.1:${clientPort}`,
    `--advertise-client-urls=http://127.0.0.1:${clientPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
    `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
    "--unsafe-no-fsync",
  ];
}

function apiServerArguments(folder: string, etcdPort: number, securePort: number): string[] {
  const serviceAccountKey = join(folder, "service-accounts.key");
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--cert-dir=${folder}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${securePort}`,
    `--token-auth-file=${join(folder, "tokens.csv")}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${serviceAccountKey}`,
    `--service-account-signing-key-file=${serviceAccountKey}`,
    // Pods are taken without the accounts that only a controller would make.
    "--disable-admission-plugins=ServiceAccount",
  ];
}

function controllerArguments(folder: string, kubeconfig: string, controllers: string[]): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.join(",")}`,
    `--service-account-private-key-file=${join(folder, "service-accounts.key")}`,
    `--cert-dir=${folder}`,
    "--leader-elect=false",
    "--secure-port=0",
  ];
}

function kubeconfigOf(port: number, authority: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority": authority },
      },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}

async function untilReady(
  folder: string,
  port: number,
  token: string,
  processes: Processes,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    processes.check();
    if ((await statusOf(folder, port, token)) === 200) return;
    await sleep(250);
  }
  throw new Error(
    `The API server is not ready after ${startTimeoutMs / 1000} s.\n${processes.logs()}`,
  );
}

function statusOf(folder: string, port: number, token: string): Promise<number | undefined> {
  const certificate = join(folder, "apiserver.crt"); // the API server makes it when it starts
  if (!existsSync(certificate)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: "/readyz",
      ca: readFileSync(certificate),
      headers: { authorization: `Bearer ${token}` },
      timeout: 2000,
    };
    const call = request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(undefined)); // not listening yet
    call.end();
  });
}
