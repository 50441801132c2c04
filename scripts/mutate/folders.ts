/** The folders whose wiring is worth mutating, and the tests that are nearest to each. */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "components/backends": [
    "test/components/backends",
    "test/components/hub",
    "test/components/rules",
    "test/stacks/wiring.test.ts",
    "test/config",
    "test/cli/verify/limits.test.ts",
    "test/guards",
    "test/policy",
  ],
  "components/hub": [
    "test/components/hub",
    "test/components/backends/wiring.test.ts",
    "test/components/rules",
    "test/components/contract",
    "test/stacks",
    "test/policy",
    "test/config",
  ],
  "components/edge": [
    "test/components/edge",
    "test/components/contract",
    "test/stacks",
    "test/policy",
    "test/config",
  ],
  "src/stacks": ["test/stacks", "test/cli/render", "test/cli/onboard", "test/policy"],
  "src/guards": ["test/guards", "test/stacks"],
};
