import type { Scenario } from "./context.js";
import { firstLight } from "./first-light.js";
import { network } from "./network.js";
import { plainCli } from "./plain-cli.js";
import { unchanged } from "./unchanged.js";

/** All scenarios, in the order in which `lab scenario all` runs them. */
export const scenarios: readonly Scenario[] = [network, firstLight, unchanged, plainCli];
