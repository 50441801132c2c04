import { setTimeout } from "node:timers/promises";

/** Lets the engine have what it was asked for: no message goes out while modules load and resources are constructed. Too short a pause costs time, nothing else. */
export const handOver = (): Promise<void> => setTimeout(5);
