/** How `verify` decides where it is not told otherwise. */
export const PATIENCE = {
  /** Longest time in which what is under way ends: kubelet brings a changed ConfigMap into a pod, an agent sends for the first time. */
  timeoutSeconds: 120,
  /** Four times the usual interval between two samples. */
  maxAgeSeconds: 60,
} as const;
