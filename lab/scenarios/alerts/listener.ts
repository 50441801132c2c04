import { versions } from "@heliograph/heliograph/model";
import type { ScenarioContext } from "../context.js";

const namespace = "lab-alerts";
const path = "still-alive";

/** Stands for the service outside that raises the alarm when nobody calls any more. */
export const listenerUrl = `http://listener.${namespace}/${path}`;

export async function startListener(lab: ScenarioContext): Promise<void> {
  await lab.apply("ops", objects());
  const ready = [
    "wait",
    "pod/listener",
    "--for=condition=Ready",
    `--namespace=${namespace}`,
    "--timeout=120s",
  ];
  await lab.kubectl("ops", ready);
}

/** Calls that it has answered. */
export async function callsAnswered(lab: ScenarioContext): Promise<number> {
  const log = await lab.kubectl("ops", ["logs", "listener", `--namespace=${namespace}`]);
  return log.split("\n").filter((line) => line.includes("response:200")).length;
}

function objects(): object[] {
  const labels = { app: "listener" };
  const container = {
    name: "listener",
    image: `${versions.curl.image}:${versions.curl.tag}`,
    command: ["sh", "-c", `touch /data/${path}; exec httpd -f -v -p 8080 -h /data`],
    readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  const volumes = [{ name: "data", emptyDir: {} }];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "listener", namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "listener", namespace, labels },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        securityContext: { runAsUser: 10001, fsGroup: 10001 },
        containers: [container],
        volumes,
      },
    },
  ];
}
