import type { Signal } from "@heliograph/heliograph";
import { SIGNALS } from "@heliograph/heliograph/model";
import type { BucketSection } from "./bucket-schema";
import type { StoreSection } from "./cell-schema";
import { keepsMetrics } from "./edge-metrics-schema";
import type { HubSection } from "./hub-schema";
import type { Settings } from "./schema";

type Cells = HubSection["cells"];

/** What a cell stores of one signal, and where. */
export interface Store {
  readonly cell: string;
  readonly signal: Signal;
  readonly store: StoreSection;
}

/** Every store of every cell. */
export function storesOf(cells: Cells): Store[] {
  return Object.entries(cells).flatMap(([cell, section]) =>
    SIGNALS.flatMap((signal) => {
      const store = section[signal];
      return store ? [{ cell, signal, store }] : [];
    }),
  );
}

/** Every bucket of a stack, and where its file says so. */
export function bucketsOf({
  hub,
  edge,
}: Settings): { readonly path: readonly string[]; readonly bucket: BucketSection }[] {
  return [
    ...storesOf(hub?.cells ?? {}).map(({ cell, signal, store: { bucket } }) => ({
      path: ["hub", "cells", cell, signal, "bucket"],
      bucket,
    })),
    ...(edge && keepsMetrics(edge.metrics)
      ? [{ path: ["edge", "metrics", "bucket"], bucket: edge.metrics.bucket }]
      : []),
  ];
}
