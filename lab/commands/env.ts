import { programEnvironment, statePaths } from "../state.js";

/** Nothing but exports on standard output: `eval "$(npm run --silent lab -- env)"`. */
export function env(): void {
  for (const [name, value] of Object.entries(programEnvironment()))
    console.log(`export ${name}=${quoted(value)}`);
  console.log(`export PATH=${quoted(statePaths().bin)}:"$PATH"`);
}

export function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
