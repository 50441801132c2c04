/** Pods of the binary that local stores and the global query run: see federation.ts. */
export * from "./thanos/program/pod";
