import { defineConfig } from "vitest/config";

/** Each backend on each kind of store, and what its retention deletes. */
const MATRIX = ["test/programs/stores.test.ts", "test/programs/retention.test.ts"];

/** They put another registry in the place of the library's, or count what is loaded. */
const ISOLATED = ["test/toy/**/*.test.ts", "test/components/backends/pure.test.ts"];
const ISOLATED_PROGRAMS = ["test/programs/toy.test.ts"];

/** What they measure is other programs' doing where these run at the same time. */
const ALONE = ["test/programs/alertmanager-gossip.test.ts", "test/programs/edge-alerting.test.ts"];

/**
 * Files of one worker share modules: Pulumi's SDKs are loaded once, not once for each file. What
 * commands print has no colours, also where the machine asks for them.
 */
const SHARED = {
  isolate: false,
  setupFiles: "test/support/stack-traces.ts",
  env: { FORCE_COLOR: "0" },
};

const WITH_PROGRAMS = { testTimeout: 120_000, hookTimeout: 120_000 };

/**
 * `unit` and `isolated` need Node and nothing else; `programs`, `programs-isolated` and
 * `programs-alone`, which comes last, start the real ones (Mimir, Prometheus, NGINX, the API
 * server) on loopback; `matrix` takes minutes more.
 */
export default defineConfig({
  test: {
    // On two cores. Tests with real programs wait more than they work: `npm run test:programs`
    // runs six at a time.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/programs/**", "test/package/**", ...ISOLATED],
          ...SHARED,
          testTimeout: 20_000,
        },
      },
      { test: { name: "isolated", include: ISOLATED, testTimeout: 20_000 } },
      {
        test: {
          name: "programs",
          include: ["test/programs/**/*.test.ts"],
          exclude: [...MATRIX, ...ISOLATED_PROGRAMS, ...ALONE],
          ...SHARED,
          ...WITH_PROGRAMS,
        },
      },
      {
        test: { name: "programs-isolated", include: ISOLATED_PROGRAMS, ...WITH_PROGRAMS },
      },
      {
        test: {
          name: "programs-alone",
          include: ALONE,
          ...WITH_PROGRAMS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 300_000,
        },
      },
      { test: { name: "matrix", include: MATRIX, testTimeout: 600_000, hookTimeout: 120_000 } },
    ],
  },
});
