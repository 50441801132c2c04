/** A problem a person can act on: the command line prints its message alone, without a stack. */
export class LabError extends Error {}
