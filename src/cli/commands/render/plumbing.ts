/** Resources of the engine itself, not part of what is deployed: the stack, how to reach clusters, what other stacks say. */
export function isPlumbing(type: string): boolean {
  return /^pulumi:(providers|pulumi):/.test(type);
}
