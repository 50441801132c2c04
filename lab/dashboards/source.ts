import type { Question } from "@heliograph/heliograph/model";
import type { Answers, TimeRange } from "../scenarios/dashboards/answers.js";

/** Who answers what panels ask: the lab, or what stands in for it. */
export interface Source {
  ask(question: Question, over: TimeRange): Promise<Answers>;
  /** Why a question is not asked at all. */
  whyNotAsked(question: Question): string | undefined;
  /** Why there is no answer, where that is as it should be. */
  whyEmpty(question: Question): string | undefined;
}
