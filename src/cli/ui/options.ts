import { availableParallelism } from "node:os";
import { InvalidArgumentError, Option } from "commander";

/** An engine and its program keep a core busy while they start, and mostly wait afterwards. */
const ONE_PER_CORE = Math.min(8, availableParallelism());

export function parallelOption(what: string): Option {
  return new Option("--parallel <count>", what)
    .argParser((text) => {
      const count = Number(text);
      if (!Number.isInteger(count) || count < 1)
        throw new InvalidArgumentError("Expected a whole number from 1.");
      return count;
    })
    .default(ONE_PER_CORE, `one per core, here ${ONE_PER_CORE}`);
}

/** The part of a command's help about its environment. `programs`: those that it runs. */
export function environmentHelp(programs: string): string {
  return `Environment:
  HELIOGRAPH_PROJECT      folder with Pulumi.yaml and the stack files; the repository where unset
  HELIOGRAPH_PASSPHRASES  folder with one passphrase file per stack;
                          where unset, Pulumi's own variables are used
  KUBECONFIG, PULUMI_*    as for ${programs}`;
}
