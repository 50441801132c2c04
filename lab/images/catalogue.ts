import { join } from "node:path";
import { versions } from "@heliograph/heliograph/model";
import { LabError } from "../host/errors.js";
import { repository } from "../state.js";
import type { Debian } from "../toolchain/debian.js";
import { type ProgramName, recipes } from "../toolchain/programs.js";
import { type Entry, type Image, textFile } from "./archive.js";
import { base, busybox, fromMachine, program, text, withLibraries } from "./base.js";
import { grafanaHome, grafanaImage } from "./grafana.js";

/** What images are made of. */
export interface Sources {
  /** The folder of a built program. */
  ready(name: ProgramName): Promise<string>;
  debian: Debian;
}

/** Images that the lab does not have: what they are for stays off in its stacks. */
type NotInTheLab = "promtail" | "fluentBit";
/** What is installed on this machine, or not. */
type Installed = "grafana";
export type ProductImage = Exclude<keyof typeof versions, NotInTheLab | Installed>;
export type ImageName = ProductImage | Installed | keyof typeof labImages;

/** References of the images that only the lab has. */
export const labImages = {
  pause: `heliograph.lab/pause:${recipes.pause.version}`,
  coredns: `heliograph.lab/coredns:${recipes.coredns.version}`,
};

const reference = (name: ProductImage | Installed) =>
  `${versions[name].image}:${versions[name].tag}`;
const file = (name: string) => join(repository, "lab/images/files", name);
const owned = (path: string, owner: number): Entry => ({
  path,
  kind: "folder",
  mode: 0o755,
  owner,
});

/**
 * The images of the lab. Those of the product carry upstream's reference, and have upstream's
 * entrypoint, user and paths, so that a pod template means the same here and with the image that a
 * registry gives.
 */
export const catalogue: Readonly<Record<ImageName, (sources: Sources) => Promise<Image>>> = {
  pause: async ({ ready }) => ({
    ref: labImages.pause,
    entrypoint: ["/pause"],
    user: "65535:65535",
    entries: [program("pause", join(await ready("pause"), "pause"))],
  }),

  coredns: async ({ ready, debian }) => ({
    ref: labImages.coredns,
    entrypoint: ["/coredns"],
    entries: [...base(debian), program("coredns", join(await ready("coredns"), "coredns"))],
  }),

  mimir: async ({ ready, debian }) => ({
    ref: reference("mimir"),
    entrypoint: ["/bin/mimir"],
    entries: [...base(debian), program("usr/bin/mimir", join(await ready("mimir"), "mimir"))],
  }),

  cortex: async ({ ready, debian }) => ({
    ref: reference("cortex"),
    entrypoint: ["/bin/cortex"],
    entries: [...base(debian), program("usr/bin/cortex", join(await ready("cortex"), "cortex"))],
  }),

  thanos: async ({ ready, debian }) => ({
    ref: reference("thanos"),
    entrypoint: ["/bin/thanos"],
    user: "1001",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      program("usr/bin/thanos", join(await ready("thanos"), "thanos")),
    ],
  }),

  loki: async ({ ready, debian }) => ({
    ref: reference("loki"),
    entrypoint: ["/usr/bin/loki"],
    cmd: ["-config.file=/etc/loki/local-config.yaml"],
    user: "10001",
    entries: [...base(debian), program("usr/bin/loki", join(await ready("loki"), "loki"))],
  }),

  tempo: async ({ ready, debian }) => ({
    ref: reference("tempo"),
    entrypoint: ["/tempo"],
    user: "10001:10001",
    entries: [
      ...base(debian),
      // Takes what 1.5.0 cannot: writes of a tenant over HTTP. Then it becomes Tempo.
      program("tempo", join(await ready("tempo-front"), "tempo-front")),
      program("usr/bin/tempo", join(await ready("tempo"), "tempo")),
      owned("var/tempo", 10001),
    ],
  }),

  prometheus: async ({ ready, debian }) => ({
    ref: reference("prometheus"),
    entrypoint: ["/bin/prometheus"],
    cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    user: "nobody",
    workdir: "/prometheus",
    volumes: ["/prometheus"],
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      program("usr/bin/prometheus", join(await ready("prometheus"), "prometheus")),
      program("usr/bin/promtool", join(await ready("prometheus"), "promtool")),
      owned("etc/prometheus", 65534),
      owned("prometheus", 65534),
    ],
  }),

  alertmanager: async ({ ready, debian }) => ({
    ref: reference("alertmanager"),
    entrypoint: ["/bin/alertmanager"],
    cmd: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
    user: "nobody",
    workdir: "/alertmanager",
    volumes: ["/alertmanager"],
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      program("usr/bin/alertmanager", join(await ready("alertmanager"), "alertmanager")),
      program("usr/bin/amtool", join(await ready("alertmanager"), "amtool")),
      owned("etc/alertmanager", 65534),
      owned("alertmanager", 65534),
    ],
  }),

  kubeStateMetrics: async ({ ready, debian }) => ({
    ref: reference("kubeStateMetrics"),
    entrypoint: ["/kube-state-metrics"],
    user: "nobody",
    entries: [
      ...base(debian),
      program("kube-state-metrics", join(await ready("kube-state-metrics"), "kube-state-metrics")),
    ],
  }),

  labelProxy: async ({ ready, debian }) => ({
    ref: reference("labelProxy"),
    entrypoint: ["/bin/prom-label-proxy"],
    user: "nobody",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      program(
        "usr/bin/prom-label-proxy",
        join(await ready("prom-label-proxy"), "prom-label-proxy"),
      ),
    ],
  }),

  memcached: async ({ debian }) => ({
    ref: reference("memcached"),
    entrypoint: ["/usr/bin/memcached"],
    user: "memcache",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      ...(await withLibraries(debian, "usr/bin/memcached")),
    ],
  }),

  nodeExporter: async ({ debian }) => ({
    ref: reference("nodeExporter"),
    entrypoint: ["/bin/node_exporter"],
    user: "nobody",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      ...(await withLibraries(debian, "usr/bin/prometheus-node-exporter", "usr/bin/node_exporter")),
    ],
  }),

  nginx: async ({ debian }) => ({
    ref: reference("nginx"),
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    user: "101",
    stopSignal: "SIGQUIT",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      ...(await withLibraries(debian, "usr/sbin/nginx")),
      text("docker-entrypoint.sh", '#!/bin/sh\nexec "$@"\n', 0o755),
      textFile("etc/nginx/mime.types", join(debian.root, "etc/nginx/mime.types")),
      textFile("etc/nginx/nginx.conf", file("nginx.conf")),
      textFile("etc/nginx/conf.d/default.conf", file("nginx-default.conf")),
      text(
        "usr/share/nginx/html/index.html",
        "<!doctype html><title>NGINX</title><h1>It works</h1>\n",
      ),
      { path: "var/log/nginx/access.log", kind: "link", target: "/dev/stdout" },
      { path: "var/log/nginx/error.log", kind: "link", target: "/dev/stderr" },
      // Temporary files where a configuration names no folder: upstream's build has one, Debian's
      // the other.
      owned("var/cache/nginx", 101),
      owned("var/lib/nginx", 101),
    ],
  }),

  nginxExporter: async ({ ready, debian }) => ({
    ref: reference("nginxExporter"),
    entrypoint: ["/usr/bin/nginx-prometheus-exporter"],
    user: "1001:1001",
    entries: [
      ...base(debian),
      program(
        "usr/bin/nginx-prometheus-exporter",
        join(await ready("nginx-prometheus-exporter"), "nginx-prometheus-exporter"),
      ),
    ],
  }),

  statsdExporter: async ({ ready, debian }) => ({
    ref: reference("statsdExporter"),
    entrypoint: ["/bin/statsd_exporter"],
    user: "65534",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      program("usr/bin/statsd_exporter", join(await ready("statsd-exporter"), "statsd_exporter")),
    ],
  }),

  otelCollector: async ({ ready, debian }) => ({
    ref: reference("otelCollector"),
    entrypoint: ["/otelcol-contrib"],
    cmd: ["--config", "/etc/otelcol-contrib/config.yaml"],
    user: "10001",
    entries: [...base(debian), program("otelcol-contrib", join(await ready("otelcol"), "otelcol"))],
  }),

  grafana: async ({ debian }) => {
    const home = grafanaHome();
    if (home === undefined) throw new LabError("There is no Grafana on this machine.");
    return grafanaImage(reference("grafana"), home, debian);
  },

  curl: async ({ debian }) => ({
    ref: reference("curl"),
    entrypoint: ["/entrypoint.sh"],
    cmd: ["curl"],
    user: "curl_user",
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      ...(await withLibraries(debian, "usr/bin/curl")),
      textFile("entrypoint.sh", file("curl-entrypoint.sh"), 0o755),
    ],
  }),

  node: async ({ debian }) => ({
    ref: reference("node"),
    entrypoint: ["/usr/local/bin/docker-entrypoint.sh"],
    cmd: ["node"],
    entries: [
      ...base(debian),
      ...(await busybox(debian)),
      ...(await fromMachine(process.execPath, "usr/local/bin/node")),
      text("usr/local/bin/docker-entrypoint.sh", '#!/bin/sh\nexec "$@"\n', 0o755),
    ],
  }),
};
