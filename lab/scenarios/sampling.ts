import { setTimeout as pause } from "node:timers/promises";
import { defaultPercentage, TRACE_METRICS } from "@heliograph/heliograph/model";
import type { EdgeView } from "../../src/cli/commands/verify/edge";
import { until } from "../host/wait.js";
import type { Scenario, ScenarioContext } from "./context.js";
import { type Emission, hasError, serviceName, traceIdOf } from "./emitter/emission.js";
import { emitted, newEmission, startEmitter } from "./emitter/pod.js";
import { openEdge, openHub } from "./support/hub.js";
import { spanCounts } from "./support/spans.js";

const edgeName = "stg";
/** Of the traces without an error; what is kept may be off by so many percent of them. */
const percentage = defaultPercentage(edgeName);
const tolerance = 1;
const spansOfTrace = 2;
/** A hundred traces a second, and two in a hundred with an error. */
const what = { count: 10_000, everyMilliseconds: 10, errorEach: 50, keep: false };
/** What was said last is decided on, sent and readable. */
const settledSeconds = 30;

/**
 * The edge's collectors as they are configured: errors are kept, and what is left out is counted
 * all the same.
 */
export const sampling: Scenario = {
  name: "sampling",
  summary: `of ${what.count} traces those with an error are kept, and ${percentage} % of the others`,
  needs: "deployment",
  async run(lab) {
    const edge = openEdge(lab, await openHub(lab), edgeName);
    const emission = newEmission(what);
    await startEmitter(lab, edgeName, emission);
    await emitted(lab, edgeName, emission);
    lab.log(`the collector has taken ${what.count} traces`);
    await pause(settledSeconds * 1000, undefined, { signal: lab.signal });
    await checkKept(lab, edge, emission);
    await checkCounted(lab, edge, emission);
  },
};

async function checkKept(lab: ScenarioContext, edge: EdgeView, emission: Emission): Promise<void> {
  const ids = Array.from({ length: what.count }, (_, number) => traceIdOf(emission.run, number));
  const spans = (await spanCounts(lab, edge.entry.tenant, ids)).map(({ spans }) => spans);
  const kept = (of: readonly number[]) => of.filter((count) => count > 0);
  const errors = spans.filter((_, number) => hasError(emission, number));
  const others = spans.filter((_, number) => !hasError(emission, number));

  lab.check(
    "every trace with an error is kept",
    errors.length > 0 && kept(errors).length === errors.length,
    `${kept(errors).length} of ${errors.length}`,
  );
  const share = (100 * kept(others).length) / others.length;
  lab.check(
    `${percentage} % of the others are kept, give or take ${tolerance} %`,
    Math.abs(share - percentage) <= tolerance,
    `${kept(others).length} of ${others.length}, ${share.toFixed(2)} %`,
  );
  const torn = kept(spans).filter((count) => count !== spansOfTrace);
  lab.check(
    "what is kept is whole",
    torn.length === 0,
    `${torn.length} of ${kept(spans).length} lack a span`,
  );
}

/** Before sampling: metrics know all spans, and who calls whom. */
async function checkCounted(
  lab: ScenarioContext,
  { entry, hub }: EdgeView,
  emission: Emission,
): Promise<void> {
  const [front, back] = [serviceName(emission, "front"), serviceName(emission, "back")];
  const { calls, serviceGraph } = TRACE_METRICS;
  const counts = [
    {
      of: "spans",
      wanted: spansOfTrace * what.count,
      metric: `${calls}{service_name=~"${front}|${back}"}`,
    },
    {
      of: "spans with an error",
      wanted: what.count / what.errorEach,
      metric: `${calls}{service_name="${back}", status_code="STATUS_CODE_ERROR"}`,
    },
    {
      of: "calls of one service by another",
      wanted: what.count,
      metric: `${serviceGraph}{client="${front}", server="${back}"}`,
    },
  ];
  const mimir = await hub.metrics(entry.cell);
  for (const { of, wanted, metric } of counts) {
    let counted = 0;
    const all = async () =>
      (counted = await mimir.number([entry.tenant], `sum(${metric})`)) === wanted;
    await until({ what: of, seconds: 60, signal: lab.signal }, all).catch(() => undefined);
    lab.check(`metrics count all ${of}`, counted === wanted, `${counted} of ${wanted}`);
  }
}
