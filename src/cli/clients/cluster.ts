import { createServer, type AddressInfo, type Socket } from "node:net";
import { CoreV1Api, KubeConfig, PortForward, type V1ConfigMap, type V1Pod } from "@kubernetes/client-node";
import { selectorLabels, type Role } from "../../../components/kit/labels";
import { Failure } from "../ui/failure";

/** A cluster as the kubeconfig's context reaches it. */
export class Cluster {
  private readonly core: CoreV1Api;
  private readonly forwards: { close(): void }[] = [];

  private constructor(
    readonly context: string,
    private readonly config: KubeConfig,
  ) {
    this.core = config.makeApiClient(CoreV1Api);
  }

  /** `kubeconfig`: a file; where left out, the ambient one (KUBECONFIG). */
  static open(context: string, kubeconfig?: string): Cluster {
    const config = new KubeConfig();
    if (kubeconfig) config.loadFromFile(kubeconfig);
    else config.loadFromDefault();
    if (!config.getContextObject(context)) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Failure(
        `No context ${context} in the kubeconfig; there are: ${known.join(", ") || "none"}.`,
        "KUBECONFIG names the file; heliograph:cluster.context in the stack file names the context.",
      );
    }
    config.setCurrentContext(context);
    return new Cluster(context, config);
  }

  /** Pods of a role that are ready. */
  async readyPods(namespace: string, role: Role): Promise<string[]> {
    const labelSelector = Object.entries(selectorLabels(role))
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
    const { items } = await this.core.listNamespacedPod({ namespace, labelSelector });
    return items.filter(isReady).map(({ metadata }) => metadata?.name ?? "");
  }

  /** Values of a Secret; undefined where there is no such Secret. */
  async secret(namespace: string, name: string): Promise<Record<string, string> | undefined> {
    const secret = await this.core.readNamespacedSecret({ namespace, name }).catch(unlessMissing);
    return secret && decoded(secret.data ?? {});
  }

  async configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    return this.core.readNamespacedConfigMap({ namespace, name }).catch(unlessMissing);
  }

  /** A port on loopback that leads to a pod's port, until `close`. */
  async forward(namespace: string, pod: string, port: number): Promise<number> {
    const forward = new PortForward(this.config);
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => open.delete(socket));
      const tunnel = forward.portForward(namespace, pod, [port], socket, null, socket);
      tunnel.then((opened) => endWith(socket, opened)).catch((error: Error) => socket.destroy(error));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.forwards.push({
      close: () => {
        for (const socket of open) socket.destroy();
        server.close();
      },
    });
    return (server.address() as AddressInfo).port;
  }

  close(): void {
    for (const forward of this.forwards) forward.close();
  }
}

type Tunnel = Awaited<ReturnType<PortForward["portForward"]>>;

/** The library ends a tunnel when the client says that it has nothing more to send; one that was given up would keep the process alive. */
function endWith(socket: Socket, tunnel: Tunnel): void {
  const end = () => (typeof tunnel === "function" ? tunnel() : tunnel)?.terminate();
  if (socket.destroyed) end();
  else socket.once("close", end);
}

function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True");
  return ready === true && metadata?.deletionTimestamp === undefined;
}

function unlessMissing(error: unknown): undefined {
  if ((error as { code?: number }).code === 404) return undefined;
  throw error;
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}
