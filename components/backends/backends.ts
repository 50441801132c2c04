import type { Backend } from "./backend";
import { CORTEX } from "./cortex";
import { LOKI } from "./loki";
import { MIMIR } from "./mimir";
import { TEMPO } from "./tempo";
import { THANOS } from "./thanos";

/** Every backend, one line each. The first of a signal is its default. */
export const BACKENDS: readonly Backend[] = [MIMIR, CORTEX, THANOS, LOKI, TEMPO];
