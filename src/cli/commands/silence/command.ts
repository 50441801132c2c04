import { userInfo } from "node:os";
import { Command } from "commander";
import {
  ALERTMANAGER,
  ALERTMANAGER_PORT,
  EDGE_NAMESPACE,
  HUB_NAMESPACE,
} from "@heliograph/heliograph/model";
import { keepsMetrics } from "../../../config/edge-metrics-schema";
import { configurationOf } from "../../alerts/receivers";
import type { Alertmanager } from "../../cluster/alertmanager";
import { chooseHub, type Hub } from "../../hub";
import { chooseStacks, openProject } from "../../project";
import { Failure } from "../../ui/failure";
import {
  currentSilences,
  DURATIONS,
  endSilence,
  inventoryMatchers,
  type InventoryWord,
  makeSilence,
  silenceSeconds,
  writtenMatchers,
} from "./silence";
import { showEnded, showMade, showSilences } from "./show";

interface Options {
  readonly json: boolean;
  readonly stack?: string;
  readonly at?: string;
  readonly author?: string;
}

type Matchers = Parameters<typeof makeSilence>[1]["matchers"];

/** `open`: tests bring an Alertmanager of their own. */
export function silenceCommand(open = openAlertmanager): Command {
  const command = new Command("silence")
    .summary("mute alerts for some time, list what is muted, and end it")
    .description(
      [
        "Tells the hub's Alertmanagers not to send some alerts: those of an edge, a tenant or an",
        `environment, or any that match conditions. A silence lasts ${DURATIONS}. What it mutes still`,
        "fires, and is shown when the silence is made. It works through the API server of the hub's",
        "cluster, with the kubeconfig context of its stack.",
      ].join(" "),
    );
  const making = (name: string, what: string, read: (text: string, hub: Hub) => Matchers) =>
    withCommon(
      command
        .command(name)
        .summary(`mute ${what}`)
        .description(`Mutes ${what}.`)
        .argument(`<${name}>`, name === "matchers" ? "conditions, all of which hold" : "its name")
        .argument("<duration>", `how long, ${DURATIONS}, e.g. 2h`)
        .argument("<reason>", "why, for those who wonder that they hear nothing"),
    )
      .option("--author <name>", "who mutes them; you where left out")
      .action(async (text: string, duration: string, reason: string, options: Options) => {
        // Everything that can be wrong is found before a cluster is asked.
        const seconds = silenceSeconds(duration);
        const hub = chosen(options);
        const matchers = read(text, hub);
        const alertmanager = await open(placeOf(hub, options));
        const author = options.author ?? currentUser();
        const made = await makeSilence(alertmanager, { matchers, seconds, author, reason });
        print(options, made, () => showMade(made));
      });
  const ofInventory = (word: InventoryWord, what: string) =>
    making(word, what, (name, { model }) => inventoryMatchers(word, name, model));
  ofInventory("edge", "the alerts of an edge");
  ofInventory("tenant", "the alerts of a tenant");
  ofInventory("environment", "the alerts of an environment");
  making("matchers", "the alerts that match conditions, in Alertmanager's format", writtenMatchers);
  withCommon(
    command.command("list").summary("list what is muted").description("Lists what is muted."),
  ).action(async (options: Options) => {
    const alertmanager = await open(placeOf(chosen(options), options));
    const silences = await currentSilences(alertmanager);
    const firing = await alertmanager.alerts();
    print(options, silences, () => showSilences(silences, firing, new Date()));
  });
  withCommon(
    command
      .command("end")
      .summary("end a silence")
      .description("Ends a silence before its time.")
      .argument("<id>", "its id, or how it starts"),
  ).action(async (id: string, options: Options) => {
    const alertmanager = await open(placeOf(chosen(options), options));
    const ended = await endSilence(alertmanager, id);
    print(options, ended, () => showEnded(ended));
  });
  return command.helpCommand(false).addHelpText(
    "after",
    `
Examples:
  npm run silence -- edge dev 2h "upgrade of the nodes"
  npm run silence -- environment stg 30m "load test"
  npm run silence -- matchers 'alertname="NodeDown", cluster=~"dev|stg"' 1d "new racks"
  npm run silence -- list
  npm run silence -- end 8e1f0c52

Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  KUBECONFIG              as for kubectl

Exit codes: 0 done, 1 error`,
  );
}

function withCommon(command: Command): Command {
  return command
    .configureHelp({
      commandUsage: (part) => `npm run silence -- ${part.name()} ${part.usage()}`,
    })
    .option("--json", "print JSON, for machines", false)
    .option("--stack <stack>", "stack of the hub, where the project has several")
    .option(
      "--at <stack>",
      "stack of an edge that tells its alerts by itself; the hub if left out",
    );
}

/** A hub that has Alertmanagers of its own. */
function chosen({ stack }: Options): Hub {
  const hub = chooseHub(openProject(), stack);
  configurationOf(hub);
  return hub;
}

/** Where Alertmanagers are. */
interface Place {
  readonly context: string;
  readonly namespace: string;
}

function placeOf({ context }: Hub, { at }: Options): Place {
  if (at === undefined) return { context, namespace: HUB_NAMESPACE };
  const project = openProject();
  const [stack = at] = chooseStacks(project, [at]);
  const { edge, cluster } = project.settings(stack);
  if (!edge || !keepsMetrics(edge.metrics) || edge.alerting?.enabled === false)
    throw new Failure(
      `Stack ${stack} has no Alertmanagers of its own: its alerts are told by the hub.`,
      "Leave out --at.",
    );
  return { context: cluster.context, namespace: EDGE_NAMESPACE };
}

async function openAlertmanager({ context, namespace }: Place): Promise<Alertmanager> {
  // Loaded late: `--help` and a mistyped name do not wait for the SDK of Kubernetes.
  const [{ Cluster }, { Alertmanager }] = await Promise.all([
    import("../../cluster/cluster.js"),
    import("../../cluster/alertmanager.js"),
  ]);
  const cluster = Cluster.open(context);
  const endpoint = await cluster.service(namespace, ALERTMANAGER.name, ALERTMANAGER_PORT);
  return new Alertmanager(endpoint);
}

/** The person, also where it works as root. */
function currentUser(): string {
  return process.env["SUDO_USER"] ?? userInfo().username;
}

function print({ json }: Options, value: unknown, show: () => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : show());
}
