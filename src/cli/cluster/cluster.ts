import {
  ApiException,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  type Middleware,
  ServerConfiguration,
  type V1ConfigMap,
  type V1Pod,
  VersionApi,
} from "@kubernetes/client-node";
import { CONFIG_HASH_ANNOTATION, type Role, selectorLabels } from "@heliograph/heliograph/model";
import { Failure, NotReached } from "../ui/failure";
import type { Endpoint } from "./http";
import { openTunnel, type PodPort } from "./tunnel";

export interface Pod {
  readonly name: string;
  readonly ready: boolean;
  /** When it was started, or started again. Undefined while it has never run. */
  readonly runningSince?: Date;
  /** Of the configuration that it was started with, where that is the one it runs. */
  readonly configHash?: string;
  /** Versions of its images, by their names. */
  readonly versions?: Readonly<Record<string, string>>;
}

const TIMEOUT_MILLISECONDS = 30_000;

/**
 * The library itself waits as long as the network does: minutes, where nobody answers at an
 * address.
 */
const timeLimit: Middleware = {
  async pre(request) {
    request.setSignal(AbortSignal.timeout(TIMEOUT_MILLISECONDS));
    return request;
  },
  post: async (response) => response,
};

/** Names of the contexts of the ambient kubeconfig (KUBECONFIG). */
export function contexts(): string[] {
  const config = new KubeConfig();
  config.loadFromDefault();
  return config.getContexts().flatMap(({ name }) => (name === PLACEHOLDER_CONTEXT ? [] : [name]));
}

/** The context that the client library invents where there is no kubeconfig. */
const PLACEHOLDER_CONTEXT = "loaded-context";

/** A cluster as its users see it; tests have some that are none. */
export type ClusterView = Pick<Cluster, keyof Cluster>;

/** A cluster as a context of the kubeconfig reaches it. */
export class Cluster {
  private readonly core: CoreV1Api;
  private readonly versions: VersionApi;

  private constructor(
    readonly context: string,
    private readonly config: KubeConfig,
  ) {
    const configuration = createConfiguration({
      baseServer: new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {}),
      authMethods: { default: config },
      promiseMiddleware: [timeLimit],
    });
    this.core = new CoreV1Api(configuration);
    this.versions = new VersionApi(configuration);
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
        "KUBECONFIG names the file; heliograph:cluster.context in the stack file the context.",
      );
    }
    config.setCurrentContext(context);
    return new Cluster(context, config);
  }

  /** Pods of a role, without those that are on their way out. */
  async pods(namespace: string, role: Role): Promise<Pod[]> {
    const labelSelector = selectorText(selectorLabels(role));
    const list = await this.ask(() => this.core.listNamespacedPod({ namespace, labelSelector }));
    return (list?.items ?? []).filter(({ metadata }) => !metadata?.deletionTimestamp).map(podOf);
  }

  /** Values of a Secret; undefined where there is no such Secret. */
  async secret(namespace: string, name: string): Promise<Record<string, string> | undefined> {
    const secret = await this.ask(() => this.core.readNamespacedSecret({ namespace, name }));
    return secret && decoded(secret.data ?? {});
  }

  /** Undefined where there is no such ConfigMap. */
  configMap(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    return this.ask(() => this.core.readNamespacedConfigMap({ namespace, name }));
  }

  /** A pod behind a Service, by the Service's own port. */
  async service(namespace: string, name: string, port: number): Promise<Endpoint> {
    const service = await this.ask(() => this.core.readNamespacedService({ namespace, name }));
    const target = service?.spec?.ports?.find((each) => each.port === port)?.targetPort;
    const labelSelector = selectorText(service?.spec?.selector ?? {});
    const list =
      target && (await this.ask(() => this.core.listNamespacedPod({ namespace, labelSelector })));
    const pod = (list || { items: [] }).items.find(
      (each) => podOf(each).ready && !each.metadata?.deletionTimestamp,
    );
    if (!target || !pod)
      throw new Failure(
        `no pod answers for Service ${namespace}/${name}, port ${port}`,
        `kubectl --context ${this.context} --namespace ${namespace} describe service ${name}`,
      );
    return this.endpoint({ namespace, pod: podOf(pod).name, port: portOf(pod, target) });
  }

  /** A port of a pod, through the API server. */
  endpoint(port: PodPort): Endpoint {
    return { host: port.pod, connect: () => openTunnel(this.config, port) };
  }

  /** The version of its Kubernetes (`v1.36.3`), which everybody who is let in may ask for. */
  async version(): Promise<string | undefined> {
    return (await this.ask(() => this.versions.getCode()))?.gitVersion;
  }

  private async ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      if (error instanceof ApiException)
        throw new Error(`cluster ${this.context}: ${wordsOf(error)}`, { cause: error });
      const { name, message } = error as Error;
      const silence = `no answer within ${TIMEOUT_MILLISECONDS / 1000} s`;
      const reason =
        name === "AbortError" ? silence : message.replace(/^request to \S+ failed, reason: /, "");
      throw new NotReached(
        "no answer",
        `cluster ${this.context} cannot be reached: ${reason}`,
        `kubectl --context ${this.context} get nodes`,
      );
    }
  }
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** Services may name the port of a container. */
function portOf({ spec }: V1Pod, target: number | string): number {
  if (typeof target === "number") return target;
  const ports = spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
  return ports.find(({ name }) => name === target)?.containerPort ?? 0;
}

function podOf({ metadata, spec, status }: V1Pod): Pod {
  const ready = status?.conditions?.some(
    (condition) => condition.type === "Ready" && condition.status === "True",
  );
  const starts = status?.containerStatuses?.map(({ state }) => state?.running?.startedAt) ?? [];
  const runningSince = starts.every((start) => start !== undefined) ? latest(starts) : undefined;
  const configHash = metadata?.annotations?.[CONFIG_HASH_ANNOTATION];
  return {
    name: metadata?.name ?? "",
    ready: ready === true,
    ...(runningSince && { runningSince }),
    ...(configHash !== undefined && { configHash }),
    versions: Object.fromEntries(
      (spec?.containers ?? []).flatMap(({ image }) => (image ? versionOf(image) : [])),
    ),
  };
}

/** `registry:5000/prom/prometheus:v3.15.0@sha256:...` -> `prometheus`, `v3.15.0`. */
export function versionOf(image: string): [name: string, version: string][] {
  const [tagged = ""] = image.split("@");
  const [name = "", version] = (tagged.split("/").at(-1) ?? "").split(":");
  return version === undefined ? [] : [[name, version]];
}

function latest(times: readonly Date[]): Date | undefined {
  return [...times].sort((a, b) => b.getTime() - a.getTime())[0];
}

/**
 * The API server's own words, where it has any: the library's message has all headers of the
 * answer.
 */
function wordsOf(error: ApiException<unknown>): string {
  const body: unknown = typeof error.body === "string" ? parsed(error.body) : error.body;
  return (body as { message?: string } | undefined)?.message ?? `HTTP status ${error.code}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, "base64").toString("utf8"),
    ]),
  );
}
