import { setTimeout as pause } from "node:timers/promises";
import { allDashboards, type Question, questionsOf } from "@heliograph/heliograph/model";
import { inBatches } from "../../src/cli/promises.js";
import { clusters } from "../clusters/topology.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { answersTo, type Answers, openAnswers } from "./dashboards/answers.js";
import { emptyFor, NOT_ASKED } from "./dashboards/exceptions.js";

/** Rates of the shortest windows need two scrapes after the clusters have come up. */
const patienceSeconds = 240;
const AT_A_TIME = 6;

/** What a panel was asked for one cluster, and what came back. */
interface Asked {
  readonly cluster: string;
  readonly question: Question;
  readonly answers: Answers;
}

/** As Grafana asks when somebody chooses a tenant and a cluster at the top of a dashboard. */
export const dashboards: Scenario = {
  name: "dashboards",
  summary:
    "every panel of every dashboard is asked for every tenant and cluster: it has data, and no other tenant's or cluster's",
  needs: "deployment",
  async run(lab) {
    const answers = await openAnswers(lab);
    const boards = allDashboards().filter(({ needs }) => !needs);
    const counts = { asked: 0, filled: 0 };
    const foreign: string[] = [];
    const failed: string[] = [];
    const empty = new Map<string, string[]>();
    const note = ({ cluster, question, answers: { error, labels } }: Asked) => {
      const name = `${question.dashboard}/${question.panel}`;
      counts.asked += 1;
      if (error) failed.push(`${name} for ${cluster}: ${error}`);
      else if (labels.length === 0) empty.set(name, [...(empty.get(name) ?? []), cluster]);
      else counts.filled += 1;
      foreign.push(...foreigners(question, cluster, labels).map((each) => `${name}: ${each}`));
    };
    const started = Date.now();
    for (const { name: cluster } of clusters) {
      const questions = questionsOf(boards, { tenant: cluster, cluster });
      const wanted = questions.filter((question) => !whyNot(question));
      lab.log(`${cluster}: ${wanted.length} of ${questions.length} queries`);
      for (const each of await inBatches(wanted, AT_A_TIME, (question) =>
        askedUntilFilled(lab, answers, {
          cluster,
          question,
          until: started + patienceSeconds * 1000,
        }),
      ))
        note(each);
    }
    reportNotAsked(lab, questionsOf(allDashboards()));
    lab.check("every query is understood", failed.length === 0, told(failed, counts.asked));
    lab.check(
      "no answer has another tenant's or cluster's series",
      foreign.length === 0,
      told(foreign, counts.asked),
    );
    const unexplained = [...empty].flatMap(([name, names]) => {
      const without = names.filter((cluster) => !emptyFor(name, cluster));
      return without.length > 0 ? [`${name} (${without.join(", ")})`] : [];
    });
    lab.check(
      "every panel has data, but for those whose absence is explained",
      unexplained.length === 0,
      [`${counts.filled} of ${counts.asked} have data`, ...unexplained].join("; "),
    );
    reportEmpty(lab, empty);
  },
};

async function askedUntilFilled(
  lab: ScenarioContext,
  open: Awaited<ReturnType<typeof openAnswers>>,
  { cluster, question, until }: { cluster: string; question: Question; until: number },
): Promise<Asked> {
  for (;;) {
    const answers = await answersTo(open, question);
    const explained = emptyFor(`${question.dashboard}/${question.panel}`, cluster);
    const done = answers.labels.length > 0 || explained || Date.now() > until;
    if (done) return { cluster, question, answers };
    await pause(5000, undefined, { signal: lab.signal });
  }
}

/** Labels of the asked filters that have another value than the chosen one. */
function foreigners(
  { filters }: Question,
  cluster: string,
  labels: readonly Readonly<Record<string, string>>[],
): string[] {
  // In the lab each cluster is a tenant, and both have one name.
  const chosen = [filters.tenant, filters.cluster].filter((label) => label !== undefined);
  return labels.flatMap((each) =>
    chosen.flatMap((label) => {
      const value = each[label];
      return value === undefined || value === cluster ? [] : [`${label} ${value} for ${cluster}`];
    }),
  );
}

function whyNot(question: Question): string | undefined {
  return question.needs ?? NOT_ASKED[question.signal];
}

function reportNotAsked(lab: ScenarioContext, questions: readonly Question[]): void {
  const reasons = questions.flatMap((question) => whyNot(question) ?? []);
  for (const reason of new Set(reasons))
    lab.log(`not asked: ${reasons.filter((each) => each === reason).length} queries: ${reason}`);
}

function reportEmpty(lab: ScenarioContext, empty: ReadonlyMap<string, readonly string[]>): void {
  for (const [name, names] of empty) {
    const why = new Set(names.map((cluster) => emptyFor(name, cluster)));
    for (const reason of why)
      if (reason) lab.log(`without data: ${name} (${names.join(", ")}): ${reason}`);
  }
}

function told(faults: readonly string[], asked: number): string {
  return faults.length === 0 ? `${asked} asked` : faults.slice(0, 20).join("; ");
}
