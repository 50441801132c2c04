import { expect, it, vi } from "vitest";
import { freePorts } from "../../lab/host/program";

it("are given once, also where two processes ask and open them late", async () => {
  vi.resetModules();
  // A module of its own stands for the other process: what they share is the system's ports.
  const other = (await import("../../lab/host/program.js")) as { freePorts: typeof freePorts };
  const asked = await Promise.all([freePorts(70), other.freePorts(70), freePorts(70)]);
  const ports = asked.flat();
  expect(new Set(ports).size).toBe(210);
  for (const port of ports) {
    expect(port).toBeGreaterThan(15_000);
    expect(port).toBeLessThan(32_000);
  }
});
