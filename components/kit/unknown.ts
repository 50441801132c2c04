/** Stands for a value that only the engine will know: checks have to let it pass. */
export const UNKNOWN = Symbol("known later");
