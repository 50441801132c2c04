import pc from "picocolors";

const { createColors, isColorSupported } = pc;
const { FORCE_COLOR } = process.env;

/**
 * Colours on a terminal, none in a pipe; NO_COLOR and FORCE_COLOR decide otherwise. picocolors
 * alone would also colour what is piped wherever CI is set: lines that scripts cut.
 */
const colours = createColors(
  isColorSupported && (FORCE_COLOR ? FORCE_COLOR !== "0" : process.stdout.isTTY),
);

/** Colours mean the same in every command. */
export const style = {
  good: colours.green,
  warning: colours.yellow,
  bad: colours.red,
  /** Deleted and replaced resources. Words say it too, for those who do not see the colour. */
  danger: (text: string) => colours.bold(colours.red(text)),
  strong: colours.bold,
  faint: colours.dim,
} as const;

export const mark = {
  good: colours.green("✔"),
  bad: colours.red("✖"),
  warning: colours.yellow("!"),
} as const;
