import tseslint from "typescript-eslint";

const forbid = (...groups) => ({ "no-restricted-imports": ["error", { patterns: groups }] });

const pulumi = { group: ["@pulumi/*"], message: "this file is pure: it must run without Pulumi" };
const cloudSdks = {
  group: ["@pulumi/aws*", "@pulumi/gcp*", "@pulumi/azure*"],
  message: "cloud SDKs load only in the folders of components/storage",
};
const outside = {
  group: ["**/src/**", "**/lab/**"],
  message: "the library imports neither the program nor the lab",
};
const hubFromEdge = { group: ["**/hub/**"], message: "hub and edge meet only in contract" };
const edgeFromHub = { group: ["**/edge/**"], message: "hub and edge meet only in contract" };
const inside = {
  regex: "components/(hub|edge|pki|storage)/",
  message:
    "the program imports the library's public entry, components/index, its contract and its kit",
};

export default tseslint.config(
  { ignores: ["node_modules", "dist", "rendered"] },
  ...tseslint.configs.recommended,
  { files: ["**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["components/**/*.ts"], rules: forbid(outside, cloudSdks) },
  { files: ["components/hub/**/*.ts"], rules: forbid(outside, cloudSdks, edgeFromHub) },
  { files: ["components/edge/**/*.ts"], rules: forbid(outside, cloudSdks, hubFromEdge) },
  { files: ["components/storage/*/*.ts"], rules: forbid(outside) },
  {
    files: ["components/contract/**/*.ts", "components/rules/**/*.ts", "components/**/config.ts"],
    rules: forbid(outside, cloudSdks, pulumi),
  },
  // Its types have inputs, and nothing but types is imported.
  { files: ["components/contract/connection.ts"], rules: forbid(outside, cloudSdks) },
  {
    files: ["src/**/*.ts"],
    rules: forbid(inside, { group: ["**/lab/**"], message: "the program does not know the lab" }),
  },
);
