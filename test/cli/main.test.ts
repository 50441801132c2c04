/**
 * Proves: the commands are there, explain themselves, and refuse what they cannot do in words. Does
 * not prove: what they do.
 */
import { describe, expect, it } from "vitest";
import { cli } from "../../src/cli/main";
import { chooseStacks, openProject } from "../../src/cli/project";
import { describeFailure, EXIT, exitCodeOf, Failure } from "../../src/cli/ui/failure";

describe("cli", () => {
  it("has the eight commands, each with examples and exit codes", () => {
    const commands = cli().commands;
    expect(commands.map((command) => command.name())).toEqual([
      "render",
      "preview",
      "up",
      "verify",
      "onboard",
      "offboard",
      "who",
      "silence",
    ]);
    for (const command of commands) {
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toContain(`Usage: npm run ${command.name()} -- `);
      expect(help).toContain("Examples:");
      expect(help).toContain("Exit codes: 0 ");
    }
  });
});

describe("chooseStacks", () => {
  const project = openProject();

  it("takes all where none is named, hubs first", () => {
    expect(chooseStacks(project, [])).toEqual(["ops", "dev", "prd", "stg"]);
    expect(chooseStacks(project, ["stg", "ops", "stg"])).toEqual(["ops", "stg"]);
  });

  it("asks back about a name that is nearly right, and lists the others", () => {
    expect(() => chooseStacks(project, ["dve"])).toThrow(/^No stack dve .* did you mean dev\?$/);
    expect(() => chooseStacks(project, ["production"])).toThrow(/stacks here: dev, ops, prd, stg$/);
  });
});

describe("failures", () => {
  it("are told whole, with what to do, and without a stack trace", () => {
    const both = new AggregateError(
      [new Failure("first", "do this"), new Failure("second")],
      "then go on",
    );
    expect(describeFailure(both)).toMatch(/first\n\ndo this\n\n.*second\n\nthen go on$/);
    expect(exitCodeOf(new Failure("stopped", undefined, EXIT.interrupted))).toBe(130);
  });

  it("keep their stack trace where they are bugs", () => {
    expect(describeFailure(new TypeError("undefined is not a function"))).toContain("main.test.ts");
  });
});
