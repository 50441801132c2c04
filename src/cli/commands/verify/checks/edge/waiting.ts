import { failed, type Check } from "../../check";
import type { EdgeView } from "../../fleet";

/** The one check of an edge that the hub has not signed yet. */
export const waiting: Check<EdgeView> = {
  name: "identity",
  proves: "the hub has signed the edge's key",
  next: ({ home, name }) => `npm run up -- ${home?.stack ?? name}`,
  run: async ({ name, hub }) =>
    failed(`${name} is in the inventory of ${hub.stack}, and waits for its certificate`),
};
