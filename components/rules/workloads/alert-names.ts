import { fleet } from "./fleet";
import { alertNames, SUBJECTS } from "./rules";

/** Alerts that can be left out. Those on the pipeline cannot. */
export const WORKLOAD_ALERTS: readonly string[] = [
  ...new Set(
    [...SUBJECTS, fleet([{ environment: "a", with: "b" }], "vector(1)")].flatMap(alertNames),
  ),
];
