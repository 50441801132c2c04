import { versions } from "@heliograph/heliograph/model";
import type { Debian } from "../toolchain/debian.js";
import { type ProductImage } from "./catalogue.js";
import { grafanaHome, grafanaVersion } from "./grafana.js";
import { recipes } from "../toolchain/programs.js";

/** Where the lab's image holds another version than upstream's image of the same reference. */
export interface Difference {
  image: string;
  product: string;
  lab: string;
}

/**
 * What a result of the lab does not prove about the product's images, for `lab status` and reports.
 */
export function imageDifferences(debian: Pick<Debian, "versions">): Difference[] {
  const lab: Readonly<Record<ProductImage, string>> = {
    mimir: recipes.mimir.version,
    cortex: recipes.cortex.version,
    thanos: recipes.thanos.version,
    loki: recipes.loki.version,
    tempo: recipes.tempo.version,
    prometheus: recipes.prometheus.version,
    alertmanager: recipes.alertmanager.version,
    labelProxy: recipes["prom-label-proxy"].version,
    nodeExporter: upstreamVersion(debian.versions["prometheus-node-exporter"]),
    kubeStateMetrics: recipes["kube-state-metrics"].version,
    nginx: upstreamVersion(debian.versions.nginx),
    memcached: upstreamVersion(debian.versions.memcached),
    nginxExporter: recipes["nginx-prometheus-exporter"].version,
    statsdExporter: recipes["statsd-exporter"].version,
    otelCollector: recipes.otelcol.version,
    curl: upstreamVersion(debian.versions.curl),
    node: plainVersion(process.version),
  };
  const home = grafanaHome();
  const here = { ...lab, ...(home !== undefined && { grafana: grafanaVersion(home) }) };
  return (Object.keys(here) as (keyof typeof here)[])
    .map((name) => ({
      image: versions[name].image,
      product: plainVersion(versions[name].tag),
      lab: here[name]!,
    }))
    .filter(({ product, lab }) => product !== lab);
}

/** `v1.12.1` and `1.30.4-alpine` are versions 1.12.1 and 1.30.4. */
function plainVersion(tag: string): string {
  return tag.replace(/^v/, "").replace(/-.*$/, "");
}

/** Debian's `1:1.22.1-9+deb12u10` is upstream's 1.22.1. */
function upstreamVersion(version: string): string {
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}
