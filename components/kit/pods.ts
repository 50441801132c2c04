import * as pulumi from "@pulumi/pulumi";

/** A toleration of pods, as in Kubernetes. */
export interface PodTolerationArgs {
  /** Key of the taint. Defaults to all keys, with the operator `Exists`. */
  key?: pulumi.Input<string>;
  /** `Equal` or `Exists`. Defaults to `Equal`. */
  operator?: pulumi.Input<string>;
  /** Value of the taint. Only with `Equal`. */
  value?: pulumi.Input<string>;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. Defaults to all effects. */
  effect?: pulumi.Input<string>;
  /**
   * Number of seconds for which a pod stays on a node with the taint. Only with `NoExecute`.
   * Defaults to forever.
   */
  tolerationSeconds?: pulumi.Input<number>;
}

/** Proxy through which containers reach addresses outside the cluster. */
export interface PodProxyArgs {
  /** Proxy for http addresses. Defaults to none. */
  httpProxy?: pulumi.Input<string>;
  /** Proxy for https addresses. Defaults to none. */
  httpsProxy?: pulumi.Input<string>;
  /**
   * Hosts, domains (`.example.com`) and networks that are reached without the proxy, in addition to
   * Heliograph's own hosts. Include the cluster's pod and service networks. Defaults to none.
   */
  noProxy?: pulumi.Input<string>[];
}

/**
 * Where pods may run, and their labels, annotations and proxy. It applies to every pod of a
 * component. Labels, annotations and zones that Heliograph itself sets win.
 */
export interface PodsArgs {
  /** Taints of nodes that pods tolerate. Defaults to none. */
  tolerations?: PodTolerationArgs[];
  /** Labels that a node must have. Defaults to any node. */
  nodeSelector?: Record<string, pulumi.Input<string>>;
  /** Priority class of pods. Defaults to the cluster's default. */
  priorityClassName?: pulumi.Input<string>;
  /** Names of Secrets in the pods' namespace with which images are pulled. Defaults to none. */
  imagePullSecrets?: pulumi.Input<string>[];
  /** Additional labels of pods. Defaults to none. */
  labels?: Record<string, pulumi.Input<string>>;
  /** Additional annotations of pods. Defaults to none. */
  annotations?: Record<string, pulumi.Input<string>>;
  /** Proxy for addresses outside the cluster. Defaults to none. */
  proxy?: PodProxyArgs;
}

/** CPU and memory, each as a Kubernetes quantity. */
export interface PodQuantitiesArgs {
  /** CPU, e.g. `500m`. */
  cpu?: pulumi.Input<string>;
  /** Memory, e.g. `1Gi`. */
  memory?: pulumi.Input<string>;
}

/** CPU and memory of a container. Values that are not given stay as derived. */
export interface PodResourcesArgs {
  /** What the container requests. Defaults to the derived values. */
  requests?: PodQuantitiesArgs;
  /** The most that the container may use. Defaults to the derived values. */
  limits?: PodQuantitiesArgs;
}

/** Placement of the pods of one component, and the resources of their main container. */
export interface ComponentPodsArgs extends PodsArgs {
  /**
   * CPU and memory of the main container. Defaults to values that are derived from the inventory.
   */
  resources?: PodResourcesArgs;
}

/** Kinds whose `spec.template` is a pod. */
const WORKLOADS = [
  "kubernetes:apps/v1:Deployment",
  "kubernetes:apps/v1:StatefulSet",
  "kubernetes:apps/v1:DaemonSet",
  "kubernetes:batch/v1:Job",
];

/**
 * Options with which a component applies `pods` to every pod below it, its children's children
 * too. Without arguments nothing changes. `directHosts`: hosts that need no proxy.
 */
export function podsOptions(
  pods: ComponentPodsArgs | undefined,
  opts: pulumi.ComponentResourceOptions = {},
  directHosts: readonly string[] = [],
): pulumi.ComponentResourceOptions {
  if (!pods) return opts;
  const transformation: pulumi.ResourceTransformation = ({ type, props, opts: own }) =>
    WORKLOADS.includes(type) ? { props: withPods(props, pods, directHosts), opts: own } : undefined;
  return { ...opts, transformations: [...(opts.transformations ?? []), transformation] };
}

type Fields = Record<string, unknown>;

function withPods(props: Fields, pods: ComponentPodsArgs, directHosts: readonly string[]): Fields {
  return mapField(props, "spec", (spec) =>
    mapField(spec, "template", (template) =>
      mapField(
        mapField(template, "metadata", (metadata) => withMetadata(metadata, pods)),
        "spec",
        (podSpec) => withSpec(podSpec, pods, directHosts),
      ),
    ),
  );
}

function withMetadata(metadata: Fields, { labels, annotations }: PodsArgs): Fields {
  return {
    ...metadata,
    ...(labels && { labels: below(labels, metadata["labels"]) }),
    ...(annotations && { annotations: below(annotations, metadata["annotations"]) }),
  };
}

function withSpec(spec: Fields, pods: ComponentPodsArgs, directHosts: readonly string[]): Fields {
  const { tolerations, nodeSelector, priorityClassName, imagePullSecrets, proxy, resources } = pods;
  const secrets = imagePullSecrets?.map((name) => ({ name }));
  const variables = proxy && proxyVariables(proxy, directHosts);
  const container = (index: number) => (fields: Fields) =>
    withResources(withVariables(fields, variables), index === 0 ? resources : undefined);
  return {
    ...spec,
    ...(tolerations && { tolerations: joined(spec["tolerations"], tolerations) }),
    ...(nodeSelector && { nodeSelector: below(nodeSelector, spec["nodeSelector"]) }),
    ...(priorityClassName !== undefined && {
      priorityClassName: spec["priorityClassName"] ?? priorityClassName,
    }),
    ...(secrets && { imagePullSecrets: joined(spec["imagePullSecrets"], secrets) }),
    containers: eachContainer(spec["containers"], container),
    ...(spec["initContainers"] !== undefined && {
      initContainers: eachContainer(spec["initContainers"], () => container(-1)),
    }),
  };
}

/** Programs read one spelling or the other. */
function proxyVariables(
  { httpProxy, httpsProxy, noProxy = [] }: PodProxyArgs,
  hosts: readonly string[],
) {
  const direct = pulumi
    .output(noProxy)
    .apply((given) => [...new Set(["localhost", "127.0.0.1", ".svc", ...hosts, ...given])].join());
  const values = { HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy, NO_PROXY: direct };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name, name.toLowerCase()].map((each) => ({ name: each, value })),
  );
}

function withVariables(container: Fields, variables: readonly Fields[] | undefined): Fields {
  if (!variables) return container;
  const merge = (env: readonly Fields[] = []) => [
    ...env,
    ...variables.filter(({ name }) => !env.some((own) => own["name"] === name)),
  ];
  return { ...container, env: later(container["env"], merge as (env: unknown) => unknown) };
}

function withResources(container: Fields, resources: PodResourcesArgs | undefined): Fields {
  if (!resources) return container;
  const merge = (derived: Fields = {}) => ({
    ...derived,
    ...(resources.requests && {
      requests: { ...(derived["requests"] as object), ...resources.requests },
    }),
    ...(resources.limits && { limits: { ...(derived["limits"] as object), ...resources.limits } }),
  });
  return { ...container, resources: later(container["resources"], merge as never) };
}

function eachContainer(
  containers: unknown,
  container: (index: number) => (fields: Fields) => Fields,
): unknown {
  return later(containers, (all) =>
    ((all ?? []) as Fields[]).map((fields, index) => container(index)(fields)),
  );
}

/** What is given, below what is there. */
function below(given: Fields, there: unknown): unknown {
  return later(there, (own) => ({ ...given, ...(own as object | undefined) }));
}

function joined(there: unknown, given: readonly unknown[]): unknown {
  return later(there, (own) => [...((own as unknown[] | undefined) ?? []), ...given]);
}

function mapField(fields: Fields, name: string, change: (value: Fields) => Fields): Fields {
  return { ...fields, [name]: later(fields[name], (value) => change((value ?? {}) as Fields)) };
}

/** Applies a function to a value at once, or once it is known. */
function later(value: unknown, change: (known: unknown) => unknown): unknown {
  return pulumi.Output.isInstance(value) ? value.apply(change) : change(value);
}
