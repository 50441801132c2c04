import type * as k8s from "@pulumi/kubernetes";

/**
 * Whether a loop of shell still turns: it touches the file in each round, and is started again
 * where it has not for so many minutes.
 */
export function beatProbe(file: string, minutes: number): k8s.types.input.core.v1.Probe {
  return {
    exec: { command: ["/bin/sh", "-c", `test -n "$(find ${file} -mmin -${minutes})"`] },
    initialDelaySeconds: 30,
    periodSeconds: 30,
    timeoutSeconds: 5,
  };
}
