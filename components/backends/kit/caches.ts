import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { memcachedRole, singleRole } from "./roles";
import { imageReference } from "../../kit/images";
import type { DeployArgs, RedisOptions } from "../backend";
import { backendName, MEMCACHED_PORT, type Architecture } from "./architecture";
import { memcachedArguments, type Cache } from "./cache-config";
import type { Installation } from "./installation";
import type { CacheSize } from "./sizes";

/** User `memcache` of upstream's image. */
const USER = 11_211;
/** Beside what is cached: connections, and the index of the cache. */
const OVERHEAD_MEBIBYTES = 128;

/** Where it caches, and what its pods need for it. Nothing is lost with a cache but time. */
interface Caches {
  readonly cache: Cache;
  readonly redisPassword?: k8s.core.v1.Secret;
}

export const REDIS_PASSWORD_KEY = "yaml";

/** Caches outside of the processes, as the section wants them; undefined where it wants none. */
export function createCaches(
  installation: Installation,
  { store: { options }, images }: Pick<DeployArgs, "store" | "images">,
  size: CacheSize,
): Caches | undefined {
  if (options.redis) return useRedis(installation, options.redis);
  if (!options.caches) return undefined;
  const image = imageReference("memcached", images);
  return { cache: { memcached: createMemcached(installation, image, size) } };
}

function useRedis(
  installation: Installation,
  { endpoint, tls = true, database = 0, password }: RedisOptions,
): Caches {
  return {
    cache: { redis: { endpoint, tls, database, password: password !== undefined } },
    ...(password !== undefined && { redisPassword: createPassword(installation, password) }),
  };
}

/** For the pods that cache. */
export function redisPasswordOf<Component extends string>(
  { usesCaches }: Architecture<Component>,
  component: Component,
  { redisPassword }: Partial<Caches> = {},
): Pick<Caches, "redisPassword"> {
  return usesCaches.includes(component) ? { redisPassword } : {};
}

function createPassword(
  { backend, parent, name, cell, namespace }: Installation,
  password: pulumi.Input<string>,
) {
  const host = `${backendName(backend.name, cell)}-redis`;
  return new k8s.core.v1.Secret(
    `${name}-redis`,
    {
      metadata: { name: host, namespace, labels: objectLabels(singleRole(backend.name, cell)) },
      // It is filled into YAML, whatever is in it.
      stringData: {
        [REDIS_PASSWORD_KEY]: pulumi.secret(password).apply((text) => JSON.stringify(text)),
      },
    },
    { parent },
  );
}

/**
 * For indexes, chunks, metadata and results of one backend: one pool, because memcached keeps apart
 * by itself what differs in size. Gives a host for each pod.
 */
function createMemcached(
  { backend, parent, name, cell, namespace }: Installation,
  image: string,
  { replicas, mebibytes }: CacheSize,
): string[] {
  const role = memcachedRole(backend.name, cell);
  const host = `${backendName(backend.name, cell)}-memcached`;
  const metadata = { name: host, namespace, labels: objectLabels(role) };
  const selector = { ...selectorLabels(role) };
  const ports = [{ name: "memcached", port: MEMCACHED_PORT, appProtocol: "tcp" }];
  new k8s.core.v1.Service(
    `${name}-memcached-service`,
    { metadata, spec: { clusterIP: "None", selector, ports } },
    { parent },
  );
  new k8s.apps.v1.StatefulSet(
    `${name}-memcached`,
    {
      metadata,
      spec: {
        replicas,
        serviceName: host,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: { metadata: { labels: metadata.labels }, spec: pod(image, mebibytes, selector) },
      },
    },
    { parent },
  );
  createDisruptionBudget(`${name}-memcached`, { metadata, role }, { parent });
  // Addresses that are there without the pods, and stay when these move: some backends do not start
  // while they find none.
  return Array.from({ length: replicas }, (_, index) => {
    const pod = `${host}-${index}`;
    new k8s.core.v1.Service(
      `${name}-memcached-${index}`,
      {
        // A cache that is away is done without: nobody waits for it.
        metadata: { ...metadata, name: pod, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { selector: { ...selector, "statefulset.kubernetes.io/pod-name": pod }, ports },
      },
      { parent },
    );
    return pod;
  });
}

function pod(
  image: string,
  mebibytes: number,
  labels: Record<string, string>,
): k8s.types.input.core.v1.PodSpec {
  const memory = `${mebibytes + OVERHEAD_MEBIBYTES}Mi`;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    affinity: apart(labels),
    containers: [
      {
        name: "memcached",
        image,
        args: memcachedArguments(mebibytes),
        ports: [{ name: "memcached", containerPort: MEMCACHED_PORT }],
        readinessProbe: { tcpSocket: { port: "memcached" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "memcached" }, periodSeconds: 10, failureThreshold: 6 },
        resources: { requests: { cpu: "100m", memory }, limits: { memory } },
        securityContext: restrictedContainer,
      },
    ],
  };
}
