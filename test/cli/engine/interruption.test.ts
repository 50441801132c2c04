/** Proves: what each Ctrl-C does. Does not prove: how terminals deliver it. */
import { describe, expect, it } from "vitest";
import { Interruption } from "../../../src/cli/engine/interruption";

function interruption() {
  const signals: string[] = [];
  let now = 0;
  const subject = new Interruption(
    { signal: (signal) => void signals.push(signal) },
    () => {},
    () => now,
  );
  const press = (after: number) => {
    now += after;
    subject.press();
  };
  return { subject, signals, press };
}

describe("Interruption", () => {
  it("stops politely, then drops, then kills", () => {
    const { signals, press } = interruption();
    for (const after of [0, 1000, 1000]) press(after);
    expect(signals).toEqual(["SIGINT", "SIGINT", "SIGKILL"]);
  });

  it("takes one press that arrives twice for one", () => {
    const { signals, press } = interruption();
    for (const after of [0, 10, 100]) press(after);
    expect(signals).toEqual(["SIGINT"]);
  });

  it("is the outcome, whatever the work made of it", async () => {
    const { subject, press } = interruption();
    const work = async () => {
      press(0);
      throw new Error("update canceled");
    };
    await expect(subject.during(work, "how to go on")).rejects.toMatchObject({
      message: "Interrupted.",
      next: "how to go on",
      exitCode: 130,
    });
  });

  it("lets failures through that nobody asked for", async () => {
    const { subject } = interruption();
    await expect(subject.during(() => Promise.reject(new Error("broken")), "")).rejects.toThrow(
      "broken",
    );
  });

  it("listens only meanwhile", async () => {
    const before = process.listenerCount("SIGINT");
    const { subject } = interruption();
    await subject.during(async () => expect(process.listenerCount("SIGINT")).toBe(before + 1), "");
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
