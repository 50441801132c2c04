import { EXIT, Failure } from "../ui/failure";
import type { Pulumi } from "./pulumi";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm and the terminal each send a Ctrl-C, so it arrives twice within milliseconds. */
const SAME_PRESS_MILLISECONDS = 500;

const STEPS = [
  {
    signal: "SIGINT",
    say: "Stopping: running steps are finished. Press again to cancel them.",
  },
  {
    signal: "SIGINT",
    say: "Cancelling running steps: the next run has to find out their results. Press again to kill.",
  },
  { signal: "SIGKILL", say: "Killed." },
] as const;

/**
 * Handles Ctrl-C while engines run: lets steps finish, then cancels them, then kills the engines.
 */
export class Interruption {
  private presses = 0;
  private last = -Infinity;
  private readonly controller = new AbortController();

  constructor(
    private readonly pulumi: Pick<Pulumi, "signal">,
    private readonly say: (text: string) => void,
    private readonly now = () => performance.now(),
  ) {}

  get requested(): boolean {
    return this.presses > 0;
  }

  /** Aborts waits in this process. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  readonly press = (): void => {
    const now = this.now();
    if (now - this.last < SAME_PRESS_MILLISECONDS) return;
    this.last = now;
    const step = STEPS[Math.min(this.presses, STEPS.length - 1)] ?? STEPS[2];
    this.presses += 1;
    this.controller.abort();
    this.say(step.say);
    this.pulumi.signal(step.signal);
  };

  /**
   * Handles Ctrl-C while `work` runs. If it was pressed, throws a Failure that says so, whatever
   * `work` resolved or rejected with.
   */
  async during<T>(work: () => Promise<T>, resume: string): Promise<T> {
    for (const signal of SIGNALS) process.on(signal, this.press);
    try {
      const result = await work();
      this.check(resume);
      return result;
    } catch (error) {
      this.check(resume);
      throw error;
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.press);
    }
  }

  private check(resume: string): void {
    if (this.requested) throw new Failure("Interrupted.", resume, EXIT.interrupted);
  }
}
