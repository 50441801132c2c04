import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beatProbe } from "../../kit/beat-probe";
import { objectLabels, selectorLabels } from "../../kit/labels";
import { restrictedContainer, restrictedPod } from "../../kit/pod-security";
import { checkedInput } from "../../kit/inputs";
import { podsOptions } from "../../kit/pods";
import { calledUrl, type HubDeadMansSwitchArgs } from "../alerting-args";
import { DEAD_MANS_SWITCH } from "../roles";
import {
  SWITCH_BEAT_FILE,
  SWITCH_FILE,
  SWITCH_PATHS,
  switchFile,
  switchScript,
  type Question,
} from "./script";

const DEFAULT_SECONDS = 60;
const USER = 65_534;
const RESOURCES = {
  requests: { cpu: "10m", memory: "16Mi" },
  limits: { cpu: "100m", memory: "64Mi" },
};

interface DeadMansSwitchArgs extends HubDeadMansSwitchArgs {
  readonly namespace: pulumi.Input<string>;
  /** What is asked of each cell before anybody is called. */
  readonly questions: readonly Question[];
  readonly image: string;
}

/**
 * One small pod that calls an address outside for as long as metrics arrive and alerts are
 * evaluated. When the calls stop, whoever waits for them tells people: nothing of the hub can.
 */
export class DeadMansSwitch extends pulumi.ComponentResource {
  constructor(name: string, args: DeadMansSwitchArgs, opts: pulumi.ComponentResourceOptions) {
    super("heliograph:hub:DeadMansSwitch", name, {}, podsOptions(args.pods, opts));
    const address = createAddress(this, name, args);
    const serviceAccount = createServiceAccount(this, name, args);
    createDeployment(this, name, args, address, serviceAccount);
    this.registerOutputs({});
  }
}

function metadata({ namespace }: DeadMansSwitchArgs) {
  return { name: DEAD_MANS_SWITCH.name, namespace, labels: objectLabels(DEAD_MANS_SWITCH) };
}

/** Read for each call, so that another address needs no restart. */
function createAddress(
  parent: DeadMansSwitch,
  name: string,
  args: DeadMansSwitchArgs,
): k8s.core.v1.Secret {
  const path = ["alerting", "deadMansSwitch", "url"];
  const url = checkedInput("Dead man's switch", calledUrl, path, pulumi.secret(args.url));
  const file = pulumi.output(url).apply(switchFile);
  return new k8s.core.v1.Secret(
    `${name}-address`,
    { metadata: metadata(args), stringData: { [SWITCH_FILE]: file } },
    { parent },
  );
}

function createServiceAccount(
  parent: DeadMansSwitch,
  name: string,
  args: DeadMansSwitchArgs,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: metadata(args), automountServiceAccountToken: false },
    { parent },
  );
}

function createDeployment(
  parent: DeadMansSwitch,
  name: string,
  args: DeadMansSwitchArgs,
  address: k8s.core.v1.Secret,
  serviceAccount: k8s.core.v1.ServiceAccount,
): void {
  const { questions, everySeconds = DEFAULT_SECONDS } = args;
  // Two rounds, and the time that the answers of one may take.
  const minutes = Math.ceil((2 * everySeconds + 60) / 60);
  new k8s.apps.v1.Deployment(
    name,
    {
      metadata: metadata(args),
      spec: {
        replicas: 1,
        strategy: { type: "Recreate" },
        selector: { matchLabels: { ...selectorLabels(DEAD_MANS_SWITCH) } },
        template: {
          metadata: { labels: objectLabels(DEAD_MANS_SWITCH) },
          spec: {
            serviceAccountName: serviceAccount.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // A shell does not pass signals on, and nothing is lost by stopping it at once.
            terminationGracePeriodSeconds: 1,
            securityContext: restrictedPod(USER),
            containers: [
              {
                name: "dead-mans-switch",
                image: args.image,
                command: [
                  "/bin/sh",
                  "-c",
                  switchScript({ questions, everySeconds, paths: SWITCH_PATHS }),
                ],
                livenessProbe: beatProbe(`${SWITCH_PATHS.beat}/${SWITCH_BEAT_FILE}`, minutes),
                resources: RESOURCES,
                securityContext: restrictedContainer,
                terminationMessagePolicy: "FallbackToLogsOnError",
                volumeMounts: [
                  { name: "address", mountPath: SWITCH_PATHS.config, readOnly: true },
                  { name: "tmp", mountPath: SWITCH_PATHS.beat },
                ],
              },
            ],
            volumes: [
              {
                name: "address",
                secret: { secretName: address.metadata.name, defaultMode: 0o440 },
              },
              { name: "tmp", emptyDir: { sizeLimit: "1Mi" } },
            ],
          },
        },
      },
    },
    { parent },
  );
}
