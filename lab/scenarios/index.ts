import type { Scenario } from "./context.js";
import { network } from "./network.js";

/** All scenarios, in the order in which `lab scenario all` runs them. */
export const scenarios: readonly Scenario[] = [network];
