export const PART_OF = "heliograph";

/** Which pods belong together: the part of the labels that selectors use and that never changes. */
export interface Role {
  /** The program, e.g. `prometheus-agent`. */
  readonly name: string;
  /**
   * The installation of it, e.g. `reader-main` for the cell `main`. Equals `name` where there is
   * only one.
   */
  readonly instance?: string;
  /**
   * Every installation of the program, whatever its name: for what finds or lets in all of them.
   * Not with `instance`.
   */
  readonly everyInstance?: true;
  /**
   * The part of that installation, e.g. `ingester`. Left out: all of its parts, or the one that
   * there is.
   */
  readonly component?: string;
}

export type Labels = Readonly<Record<string, string>>;

export function selectorLabels({ name, instance = name, component, everyInstance }: Role): Labels {
  const program = { "app.kubernetes.io/name": name };
  if (everyInstance) return program;
  return {
    ...program,
    "app.kubernetes.io/instance": instance,
    ...(component && { "app.kubernetes.io/component": component }),
  };
}

/** Tells a role from every other of its namespace; the name of what there is one of per role. */
export function roleName({ name, instance = name, component }: Role): string {
  return component ? `${instance}-${component}` : instance;
}

export function objectLabels(role: Role): Labels {
  return {
    ...selectorLabels(role),
    "app.kubernetes.io/part-of": PART_OF,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** The hash of what a pod reads when it starts and not again: with another one, it is replaced. */
export const START_UP_HASH_ANNOTATION = "heliograph.dev/start-up-hash";

/**
 * The hash of the configuration that should be running; `verify` compares it with what the program
 * says it runs.
 */
export const CONFIG_HASH_ANNOTATION = "heliograph.dev/config-hash";
