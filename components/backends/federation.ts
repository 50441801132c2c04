/**
 * The binary that queries metrics where they are stored: edges that keep their metrics run their
 * local store with it, and hubs their global query. As in the registry, one line names it. What
 * makes its pods is in federation-pod.ts, which loads Pulumi.
 */
export * from "./thanos/program";
