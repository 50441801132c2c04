import pc from "picocolors";

/** Colours mean the same in every command. picocolors knows NO_COLOR, FORCE_COLOR and pipes. */
export const style = {
  good: pc.green,
  warning: pc.yellow,
  bad: pc.red,
  /** Deleted and replaced resources. Words say it too, for those who do not see the colour. */
  danger: (text: string) => pc.bold(pc.red(text)),
  strong: pc.bold,
  faint: pc.dim,
} as const;

export const mark = { good: pc.green("✔"), bad: pc.red("✖"), warning: pc.yellow("!") } as const;
