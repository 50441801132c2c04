/** What every rendered object has to keep to. Pure: objects in, violations out. */
import { dirname } from "node:path";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Record<string, string>;
  };
  readonly [field: string]: unknown;
}

interface Container {
  name: string;
  image: string;
  args?: string[];
  command?: string[];
  env?: { name: string; value?: string }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: Record<string, unknown> & {
    capabilities?: { drop?: string[]; add?: string[] };
  };
  livenessProbe?: object;
  readinessProbe?: object;
  ports?: { name?: string; containerPort: number }[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[];
}

interface PodSpec {
  automountServiceAccountToken?: boolean;
  serviceAccountName?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  securityContext?: { runAsNonRoot?: boolean; seccompProfile?: { type?: string } };
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  affinity?: Affinity;
  topologySpreadConstraints?: Term[];
}

interface Affinity {
  podAntiAffinity?: {
    preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm: Term }[];
    requiredDuringSchedulingIgnoredDuringExecution?: Term[];
  };
}

interface Term {
  topologyKey: string;
  labelSelector?: Selector;
}

interface Selector {
  matchLabels?: Record<string, string>;
}

interface ServiceSpec {
  selector?: Record<string, string>;
  ports?: { port: number; targetPort?: number | string }[];
}

interface Volume {
  name: string;
  hostPath?: { path: string };
  configMap?: { name: string };
  secret?: { secretName: string; optional?: boolean };
  projected?: {
    sources: { configMap?: { name: string }; secret?: { name: string; optional?: boolean } }[];
  };
}

interface Workload {
  readonly object: KubernetesObject;
  readonly labels: Record<string, string>;
  readonly pod: PodSpec;
}

export interface Violation {
  readonly policy: string;
  readonly object: string;
  readonly detail: string;
}

type Policy = (objects: readonly KubernetesObject[]) => Omit<Violation, "policy">[];

/** Paths of the node that its agents may see; nothing else mounts a path of the node. */
const NODE_PATHS: Readonly<Record<string, readonly string[]>> = {
  "node-exporter": [
    "/",
    "/proc/1/mountinfo",
    "/proc/1/mounts",
    "/proc/1/net",
    "/proc/diskstats",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/fs/file-nr",
    "/proc/vmstat",
    "/sys",
  ],
  "otel-agent": ["/var/log/pods", "/var/lib/heliograph/otel-agent"],
  promtail: ["/var/log/pods", "/var/lib/heliograph/promtail"],
  "fluent-bit": ["/var/log/pods", "/var/lib/heliograph/fluent-bit"],
};

/**
 * Log agents: files of containers belong to root and are readable by nobody else. They may write to
 * a folder of their own alone.
 */
const READS_AS_ROOT = new Set(["otel-agent", "promtail", "fluent-bit"]);

/** Roles whose pods talk to the API server. */
const NEEDS_TOKEN = new Set([
  "prometheus-agent",
  "kube-state-metrics",
  "otel-agent",
  "promtail",
  "fluent-bit",
]);

/** Every pod of Thanos has them, also where its component reads none. */
const MOUNTED_EVERYWHERE: Readonly<Record<string, readonly string[]>> = {
  thanos: ["config", "runtime"],
};

/** Secrets that the user of the stack or of the example brings. */
const BROUGHT = new Set(["grafana-tls", "renew"]);

/** Variables that some pods alone need, by what those have: others share their configuration. */
const FOR_SOME: Readonly<Record<string, (labels: Record<string, string>) => boolean>> = {
  ZONE: (labels) => "heliograph.dev/zone" in labels,
  // Those that cache: test/components/backends/caches.test.ts.
  REDIS_PASSWORD: () => false,
};

const POD_NAME = "statefulset.kubernetes.io/pod-name";

const policies: Readonly<Record<string, Policy>> = {
  "pods are restricted": eachWorkload(({ pod, labels }) => {
    const { runAsNonRoot, seccompProfile } = pod.securityContext ?? {};
    return [
      ...when(
        runAsNonRoot !== true && !READS_AS_ROOT.has(labels["app.kubernetes.io/name"] ?? ""),
        "runAsNonRoot is not true",
      ),
      ...when(seccompProfile?.type !== "RuntimeDefault", "seccompProfile is not RuntimeDefault"),
      ...when(pod.hostNetwork || pod.hostPID || pod.hostIPC, "uses a namespace of the node"),
      ...containersOf(pod).flatMap(({ name, securityContext: context = {} }) => [
        ...when(
          context["allowPrivilegeEscalation"] !== false,
          `${name}: allowPrivilegeEscalation is not false`,
        ),
        ...when(context["readOnlyRootFilesystem"] !== true, `${name}: root filesystem is writable`),
        ...when(context["privileged"], `${name}: is privileged`),
        ...when(
          context.capabilities?.drop?.join() !== "ALL" || context.capabilities?.add,
          `${name}: keeps capabilities`,
        ),
      ]),
    ];
  }),
  "only node agents see paths of the node": eachWorkload(({ object, labels, pod }) => {
    const role = labels["app.kubernetes.io/name"] ?? "";
    const allowed = NODE_PATHS[role] ?? [];
    const paths = (pod.volumes ?? []).flatMap(({ hostPath }) => (hostPath ? [hostPath.path] : []));
    const writable = containersOf(pod).flatMap(({ volumeMounts = [] }) =>
      volumeMounts.filter((mount) => !mount.readOnly).map((mount) => mount.name),
    );
    const own = `/var/lib/heliograph/${role}`;
    const hostVolumes = (pod.volumes ?? [])
      .filter(({ hostPath }) => hostPath && hostPath.path !== own)
      .map(({ name }) => name);
    return [
      ...paths
        .filter((path) => !allowed.includes(path))
        .map((path) => `mounts ${path} of the node`),
      ...hostVolumes
        .filter((name) => writable.includes(name))
        .map((name) => `may write to volume ${name} of the node`),
      ...when(
        paths.length > 0 && !object.metadata.namespace?.endsWith("-node"),
        "stands outside of the node agents' namespace",
      ),
    ];
  }),
  "memory of Go in whole bytes": eachWorkload(({ pod }) =>
    containersOf(pod).flatMap(({ name, env = [] }) =>
      env.flatMap(({ name: variable, value = "" }) =>
        when(
          variable === "GOMEMLIMIT" && !/^\d+$/.test(value),
          `${name}: does not start with ${value}`,
        ),
      ),
    ),
  ),
  "requests and limits": eachWorkload(({ pod }) =>
    containersOf(pod).flatMap(({ name, resources }) => [
      ...when(
        !resources?.requests?.["cpu"] || !resources.requests["memory"],
        `${name}: no request of CPU or memory`,
      ),
      ...when(!resources?.limits?.["memory"], `${name}: no limit of memory`),
    ]),
  ),
  probes: eachWorkload(({ object, pod }) =>
    object.kind === "Job"
      ? []
      : pod.containers.flatMap(({ name, livenessProbe, readinessProbe }) =>
          when(!livenessProbe && !readinessProbe, `${name}: no probe`),
        ),
  ),
  "a token only where the API server is asked": eachWorkload(({ labels, pod }) =>
    when(
      pod.automountServiceAccountToken !== false &&
        !NEEDS_TOKEN.has(labels["app.kubernetes.io/name"] ?? ""),
      "mounts a service-account token",
    ),
  ),
  "a disruption budget where there are replicas": (objects) =>
    workloadsOf(objects)
      .filter(({ object }) => ((object["spec"] as { replicas?: number }).replicas ?? 1) > 1)
      .filter(
        ({ object, labels }) =>
          !budgets(objects).some(
            (budget) =>
              budget.namespace === object.metadata.namespace && covers(budget.selector, labels),
          ),
      )
      .map(({ object }) => ({
        object: nameOf(object),
        detail: "has replicas and no PodDisruptionBudget",
      })),
  "configuration is mounted as directories": eachWorkload(({ pod }) =>
    containersOf(pod).flatMap(({ name, volumeMounts = [] }) =>
      volumeMounts
        .filter((mount) => mount.subPath)
        .map((mount) => `${name}: ${mount.mountPath} is a subPath, which is never reloaded`),
    ),
  ),
  "what pods mount is there": (objects) =>
    workloadsOf(objects).flatMap(({ object, pod: { volumes = [] } }) =>
      volumes.flatMap((volume) =>
        sourcesOf(volume)
          .filter((source) => !objects.some((each) => isSource(each, source, object)))
          .map((source) => ({
            object: nameOf(object),
            detail: `${volume.name}: there is no ${source}`,
          })),
      ),
    ),
  "volumes are mounted": eachWorkload(({ object, pod }) => {
    const volumes = [...(pod.volumes ?? []), ...claimsOf(object)].map(({ name }) => name);
    const mounted = containersOf(pod).flatMap(({ volumeMounts = [] }) =>
      volumeMounts.map(({ name }) => name),
    );
    return [
      ...volumes.filter((name) => !mounted.includes(name)).map((name) => `nothing mounts ${name}`),
      ...mounted
        .filter((name) => !volumes.includes(name))
        .map((name) => `mounts ${name}, which is no volume`),
    ];
  }),
  "configuration that is mounted is read": (objects) =>
    workloadsOf(objects).flatMap(({ object, pod }) =>
      containersOf(pod).flatMap((container) =>
        unread(container, pod, objects).map((name) => ({
          object: nameOf(object),
          detail: `${container.name}: nothing reads ${name}`,
        })),
      ),
    ),
  "variables of configuration have values": (objects) =>
    workloadsOf(objects).flatMap(({ object, labels, pod }) =>
      containersOf(pod).flatMap((container) => {
        const set = new Set((container.env ?? []).map(({ name }) => name));
        return variablesOf(container, pod, objects)
          .filter((name) => !set.has(name) && (FOR_SOME[name]?.(labels) ?? true))
          .map((name) => ({
            object: nameOf(object),
            detail: `${container.name}: ${name} has no value`,
          }));
      }),
    ),
  "workloads select their own pods": (objects) =>
    workloadsOf(objects)
      .filter(({ object }) => object.kind !== "Job")
      .filter(({ object, labels }) => {
        const { selector } = object["spec"] as { selector?: Selector };
        const { matchLabels = {} } = selector ?? {};
        return Object.keys(matchLabels).length === 0 || !covers(matchLabels, labels);
      })
      .map(({ object }) => ({ object: nameOf(object), detail: "selects other pods" })),
  "services lead to pods": (objects) =>
    objects
      .filter(({ kind }) => kind === "Service")
      .flatMap((service) => {
        const { selector, ports = [] } = service["spec"] as ServiceSpec;
        if (!selector) return [];
        const { [POD_NAME]: podName, ...others } = selector;
        const pods = workloadsOf(objects).filter(
          ({ object: { metadata }, labels }) =>
            metadata.namespace === service.metadata.namespace &&
            covers(others, labels) &&
            (podName === undefined || podName.startsWith(`${metadata.name}-`)),
        );
        const open = pods.flatMap(({ pod }) =>
          containersOf(pod).flatMap((container) => container.ports ?? []),
        );
        return [
          ...when(pods.length === 0, "selects no pod"),
          ...ports
            .map(({ port, targetPort = port }) => targetPort)
            .filter(
              (target) => !open.some((each) => [each.name, each.containerPort].includes(target)),
            )
            .map((target) => `no container has the port ${target}`),
        ].map((detail) => ({ object: nameOf(service), detail }));
      }),
  "replicas of a StatefulSet have names": (objects) =>
    objects
      .filter(({ kind, spec }) => {
        const { replicas = 1 } = (spec ?? {}) as { replicas?: number };
        return kind === "StatefulSet" && replicas > 1;
      })
      .filter(({ metadata: { namespace }, spec }) => {
        const { serviceName } = spec as { serviceName?: string };
        return !objects.some(
          (each) =>
            each.kind === "Service" &&
            each.metadata.namespace === namespace &&
            each.metadata.name === serviceName &&
            (each["spec"] as { clusterIP?: string }).clusterIP === "None",
        );
      })
      .map((object) => ({ object: nameOf(object), detail: "has no headless Service" })),
  "replicas run on several nodes": eachWorkload(({ object, labels, pod }) => {
    const replicas = (object["spec"] as { replicas?: number }).replicas ?? 1;
    const kept = spreadOf(pod).some(
      ({ matchLabels = {} }) => Object.keys(matchLabels).length > 0 && covers(matchLabels, labels),
    );
    return when(replicas > 1 && !kept, "nothing keeps its replicas apart");
  }),
  "images by a fixed tag": eachWorkload(({ pod }) =>
    containersOf(pod).flatMap(({ name, image }) =>
      when(!/:[^/]+$/.test(image) || image.endsWith(":latest"), `${name}: ${image}`),
    ),
  ),
  "recommended labels": (objects) =>
    objects
      .filter(
        (object) =>
          object.metadata.labels?.["app.kubernetes.io/part-of"] !== "heliograph" &&
          object.kind !== "Namespace",
      )
      .map((object) => ({
        object: nameOf(object),
        detail: "is not part of heliograph by its labels",
      })),
  "policies for every pod": (objects) =>
    workloadsOf(objects)
      .filter(
        ({ object, labels }) =>
          !networkPolicies(objects).some(
            (policy) =>
              policy.namespace === object.metadata.namespace &&
              covers(policy.selector, labels) &&
              policy.named,
          ),
      )
      .map(({ object }) => ({ object: nameOf(object), detail: "no NetworkPolicy of its own" })),
  "no private key outside of secrets": (objects) =>
    objects
      .filter(
        (object) =>
          object.kind !== "Secret" && /PRIVATE KEY|secretAccessKey"?:/.test(JSON.stringify(object)),
      )
      .map((object) => ({ object: nameOf(object), detail: "holds a secret" })),
};

/** Everything that the objects of one stack do wrong. */
export function violations(objects: readonly KubernetesObject[]): Violation[] {
  return Object.entries(policies).flatMap(([policy, check]) =>
    check(objects).map((violation) => ({ policy, ...violation })),
  );
}

/** The policies about what leads from one object to another. */
export const LINKS = [
  "what pods mount is there",
  "configuration that is mounted is read",
  "volumes are mounted",
  "variables of configuration have values",
  "workloads select their own pods",
  "services lead to pods",
  "replicas of a StatefulSet have names",
];

export const policyNames = Object.keys(policies);

function eachWorkload(check: (workload: Workload) => string[]): Policy {
  return (objects) =>
    workloadsOf(objects).flatMap((workload) =>
      check(workload).map((detail) => ({ object: nameOf(workload.object), detail })),
    );
}

function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects
    .filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet", "Job"].includes(kind))
    .map((object) => {
      const { template } = object["spec"] as {
        template: { metadata?: { labels?: Record<string, string> }; spec: PodSpec };
      };
      return { object, labels: template.metadata?.labels ?? {}, pod: template.spec };
    });
}

/** Volumes that a StatefulSet claims for each of its pods. */
function claimsOf(object: KubernetesObject): { name: string }[] {
  const { volumeClaimTemplates = [] } = object["spec"] as {
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
  return volumeClaimTemplates.map(({ metadata }) => metadata);
}

/** Pods beside which a pod is not put on the same node, if there is another one. */
function spreadOf({ affinity, topologySpreadConstraints = [] }: PodSpec): Selector[] {
  const {
    preferredDuringSchedulingIgnoredDuringExecution: preferred = [],
    requiredDuringSchedulingIgnoredDuringExecution: required = [],
  } = affinity?.podAntiAffinity ?? {};
  return [
    ...preferred.map(({ podAffinityTerm }) => podAffinityTerm),
    ...required,
    ...topologySpreadConstraints,
  ]
    .filter(({ topologyKey }) => topologyKey === "kubernetes.io/hostname")
    .map(({ labelSelector = {} }) => labelSelector);
}

/** The objects that a volume is made of, `ConfigMap grafana`, which have to be in the stack. */
function sourcesOf({ configMap, secret, projected }: Volume): string[] {
  const secrets = [
    ...(secret ? [{ ...secret, name: secret.secretName }] : []),
    ...(projected?.sources.flatMap((source) => source.secret ?? []) ?? []),
  ];
  const maps = [configMap, ...(projected?.sources.map((source) => source.configMap) ?? [])];
  return [
    ...maps.flatMap((map) => (map ? [`ConfigMap ${map.name}`] : [])),
    ...secrets
      .filter(({ name, optional }) => !optional && !BROUGHT.has(name))
      .map(({ name }) => `Secret ${name}`),
  ];
}

function isSource(each: KubernetesObject, source: string, user: KubernetesObject): boolean {
  return (
    `${each.kind} ${each.metadata.name}` === source &&
    each.metadata.namespace === user.metadata.namespace
  );
}

/** Volumes of configuration whose folder no argument, variable or other configuration names. */
function unread(
  container: Container,
  pod: PodSpec,
  objects: readonly KubernetesObject[],
): string[] {
  const { name, command, args, env } = container;
  const own = mountedMaps(container, pod, objects);
  const told = JSON.stringify([command, args, env, own.map(({ map }) => map?.["data"])]);
  return own
    .filter(({ mount }) => !MOUNTED_EVERYWHERE[name]?.includes(mount.name))
    .filter(
      ({ mount: { mountPath } }) =>
        !new RegExp(`${mountPath}(?![\\w.-])|${dirname(mountPath)}(?![\\w/.-])`).test(told),
    )
    .map(({ mount }) => mount.name);
}

/** Variables of the environment that a container's configuration names: `${POD_IP}`. */
function variablesOf(
  container: Container,
  pod: PodSpec,
  objects: readonly KubernetesObject[],
): string[] {
  const files = mountedMaps(container, pod, objects).map(({ map }) => map?.["data"]);
  const named = JSON.stringify(files).matchAll(/\$\{(?:env:)?([A-Z][A-Z0-9_]*)\}/g);
  return [...new Set([...named].map(([, name = ""]) => name))];
}

/** ConfigMaps that a container mounts; undefined where one is not in the stack. */
function mountedMaps(
  { volumeMounts = [] }: Container,
  { volumes = [] }: PodSpec,
  objects: readonly KubernetesObject[],
) {
  return volumeMounts.flatMap((mount) => {
    const { configMap } = volumes.find(({ name }) => name === mount.name) ?? {};
    if (!configMap) return [];
    const map = objects.find(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === configMap.name,
    );
    return [{ mount, map }];
  });
}

function containersOf({ containers, initContainers = [] }: PodSpec): Container[] {
  return [...initContainers, ...containers];
}

function selectors(objects: readonly KubernetesObject[], kind: string, field: string) {
  return objects
    .filter((object) => object.kind === kind)
    .map((object) => {
      const selector =
        ((object["spec"] as Record<string, { matchLabels?: Record<string, string> }>)[field] ?? {})
          .matchLabels ?? {};
      return {
        namespace: object.metadata.namespace,
        selector,
        named: Object.keys(selector).length > 0,
      };
    });
}

const budgets = (objects: readonly KubernetesObject[]) =>
  selectors(objects, "PodDisruptionBudget", "selector");
const networkPolicies = (objects: readonly KubernetesObject[]) =>
  selectors(objects, "NetworkPolicy", "podSelector");

function covers(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function when(wrong: unknown, detail: string): string[] {
  return wrong ? [detail] : [];
}

function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}
