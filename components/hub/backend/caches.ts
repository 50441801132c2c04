import * as k8s from "@pulumi/kubernetes";
import { createDisruptionBudget } from "../../kit/disruption-budget";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { apart } from "../../kit/pod-spread";
import { memcachedRole } from "../roles";
import { backendName, CACHE_ITEM_BYTES, MEMCACHED_PORT } from "./backend";
import type { Installation } from "./installation";
import type { CacheSize } from "./sizes";

/** User `memcache` of upstream's image. */
const USER = 11_211;
/** Beside what is cached: connections, and the index of the cache. */
const OVERHEAD_MEBIBYTES = 128;

interface CacheArgs {
  readonly size: CacheSize;
  readonly image: string;
}

/**
 * Memcached for indexes, chunks, metadata and results of one backend: one pool, because memcached keeps apart by itself what differs in size. Nothing is
 * lost with it but time. Gives the host that resolves to the addresses of all of its pods.
 */
export function createCaches(
  { backend, parent, name, cell, namespace }: Installation,
  { size: { replicas, mebibytes }, image }: CacheArgs,
): string {
  const role = memcachedRole(backend.name, cell);
  const host = `${backendName(backend.name, cell)}-memcached`;
  const metadata = { name: host, namespace, labels: objectLabels(role) };
  const selector = { ...selectorLabels(role) };
  new k8s.core.v1.Service(
    `${name}-memcached-service`,
    {
      metadata,
      spec: { clusterIP: "None", selector, ports: [{ name: "memcached", port: MEMCACHED_PORT, appProtocol: "tcp" }] },
    },
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
  return host;
}

function pod(image: string, mebibytes: number, labels: Record<string, string>): k8s.types.input.core.v1.PodSpec {
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
        args: [`--memory-limit=${mebibytes}`, `--max-item-size=${CACHE_ITEM_BYTES}`, `--port=${MEMCACHED_PORT}`],
        ports: [{ name: "memcached", containerPort: MEMCACHED_PORT }],
        readinessProbe: { tcpSocket: { port: "memcached" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "memcached" }, periodSeconds: 10, failureThreshold: 6 },
        resources: { requests: { cpu: "100m", memory }, limits: { memory } },
        securityContext: restrictedContainer,
      },
    ],
  };
}
