/**
 * Pulumi takes a stack trace for each promise, and Vitest asks for a hundred frames of each, mapped
 * to sources: a third of the time of tests that create a hub.
 */
Error.stackTraceLimit = 8;
