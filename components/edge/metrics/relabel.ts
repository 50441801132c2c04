import { EDGE_LABELS, type EdgeLabels } from "../../contract/names";

/**
 * One step of relabelling, in upstream's words:
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
 */
export interface RelabelConfig {
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: "keep" | "drop" | "labeldrop";
}

/** Copies a label of the discovery, where it has a value. */
export function copy(source: string, target: string): RelabelConfig {
  return { source_labels: [source], regex: "(.+)", target_label: target };
}

export function set(target: string, value: string): RelabelConfig {
  // `$` would start a reference to a group.
  return { target_label: target, replacement: value.replaceAll("$", "$$$$") };
}

/** Goes on only with what has this value. */
export function keep(source: string, regex: string): RelabelConfig {
  return { source_labels: [source], regex, action: "keep" };
}

export function drop(source: string, regex: string): RelabelConfig {
  return { source_labels: [source], regex, action: "drop" };
}

export function dropLabels(regex: string): RelabelConfig {
  return { regex, action: "labeldrop" };
}

/**
 * The labels of the edge, on everything that leaves it. Not by `external_labels`: there a label of
 * the same name that a target shows wins, and a workload with its own `cluster` would be stored as
 * another edge's. It keeps its label as `exported_cluster`, which is what scraping does with the
 * labels of targets, too.
 */
export function hubLabels(labels: EdgeLabels): RelabelConfig[] {
  return EDGE_LABELS.flatMap((label) => [
    copy(label, `exported_${label}`),
    set(label, labels[label]),
  ]);
}
