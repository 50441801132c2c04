import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { matcherText, parseMatchers, type Labels } from "@heliograph/heliograph/model";
import { collectLabel, INVENTORY_LABELS, labelOf } from "../../alerts/labels";
import { configurationOf } from "../../alerts/receivers";
import { chooseHub } from "../../hub";
import { openProject } from "../../project";
import { Failure } from "../../ui/failure";
import { showAnswer, showLines } from "./show";
import { Directory } from "./who";

interface Options {
  readonly at?: Date;
  readonly firing: readonly Labels[];
  readonly all: boolean;
  readonly json: boolean;
  readonly stack?: string;
}

export function whoCommand(): Command {
  return new Command("who")
    .summary("show who is called for an alert; needs no engine and no cluster")
    .description(
      [
        "Reads the stack file of the hub, and says what its Alertmanagers do with an alert of these",
        "labels: who is told and how, in which group and after which waits, whether a time interval",
        "mutes it, and which alerts inhibit it. Nothing is deployed or asked, so it also answers for",
        `a change that is not deployed yet. ${words()}`,
      ].join(" "),
    )
    .addArgument(
      new Argument("[label...]", "labels of the alert, e.g. severity=critical").argParser(
        collectLabel,
      ),
    )
    .addOption(
      new Option(
        "--at <moment>",
        "moment for which time intervals count; now where left out",
      ).argParser(moment),
    )
    .addOption(
      new Option(
        "--firing <matchers>",
        "labels of an alert that fires at that moment; may be given several times",
      )
        .argParser(collectFiring)
        .default([], "the one that always fires"),
    )
    .option(
      "--all",
      "every alert of Heliograph's own rules, as if each edge of every tenant had it",
      false,
    )
    .option("--json", "print JSON, for machines", false)
    .option("--stack <stack>", "stack of the hub, where the project has several")
    .addHelpText(
      "after",
      `
Examples:
  npm run who -- tenant=shop severity=critical alertname=NodeDown
  npm run who -- edge=prd alertname=EdgeSilent --at 2026-12-24T03:00Z
  npm run who -- edge=prd alertname=NodeDown --firing alertname=EdgeSilent,cluster=prd
  npm run who -- --all                      the table of all alerts and tenants
  npm run who -- --all tenant=shop          those of one tenant
  npm run --silent who -- --all --json      for machines

Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset

Exit codes: 0 answered, 1 error`,
    )
    .action(run);
}

function words(): string {
  const other = Object.entries(INVENTORY_LABELS).filter(([word, label]) => word !== label);
  const each = other.map(([word, label]) => `${word} for ${label}`);
  return `Labels may be called as the inventory calls them: ${each.join(", ")}.`;
}

/** A moment without a zone would be another one on each machine. */
function moment(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/(Z|[+-]\d{2}:?\d{2})$/.test(text))
    throw new InvalidArgumentError("Expected a moment with its zone, e.g. 2026-12-24T03:00Z.");
  return at;
}

function collectFiring(text: string, before: readonly Labels[]): Labels[] {
  const matchers = readMatchers(text);
  const other = matchers.find(({ operator }) => operator !== "=");
  if (other) throw new InvalidArgumentError(`Expected label=value, got ${matcherText(other)}.`);
  const labels = matchers.map(({ name, value }): [string, string] => [labelOf(name), value]);
  return [...before, Object.fromEntries(labels)];
}

function readMatchers(text: string): ReturnType<typeof parseMatchers> {
  try {
    return parseMatchers(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function run(given: Labels | readonly string[], options: Options): void {
  const { at = new Date(), firing, all, json, stack } = options;
  // Without any, commander gives the list that it has.
  const labels = Array.isArray(given) ? {} : (given as Labels);
  if (!all && Object.keys(labels).length === 0)
    throw new Failure(
      "An alert is known by its labels, and none is given.",
      "npm run who -- severity=critical alertname=NodeDown\nnpm run who -- --all",
    );
  const hub = chooseHub(openProject(), stack);
  const directory = new Directory(hub.model, configurationOf(hub));
  const question = { labels, at, firing };
  if (all) {
    const lines = directory.askAll(question);
    console.log(json ? JSON.stringify(lines, null, 2) : showLines(lines, at));
    return;
  }
  const answer = directory.ask(question);
  console.log(json ? JSON.stringify(answer, null, 2) : showAnswer(answer));
}
