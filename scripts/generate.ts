/** Writes the files that are derived from others; with --check it writes nothing and fails where one is out of date. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { ANSWERS, BACKEND_ANSWERS, type GatewayAnswer } from "../components/hub/gateway/answers";
import { stackConfigJsonSchema } from "../src/config/json-schema";

const root = resolve(__dirname, "..");
const generated: Readonly<Record<string, () => string>> = {
  "schemas/stack-config.json": () => `${JSON.stringify(stackConfigJsonSchema(), null, 2)}\n`,
  "docs/gateway-answers.md": gatewayAnswers,
};

const check = process.argv.includes("--check");
let stale = 0;
for (const [file, make] of Object.entries(generated)) {
  const path = resolve(root, file);
  const content = make();
  if (check && readFileSync(path, "utf8") !== content) {
    stale += 1;
    console.error(`${file} is out of date. Run: npm run generate`);
  }
  if (!check) writeFileSync(path, content);
}
process.exitCode = stale > 0 ? 1 : 0;

/** The table of what the gateway answers: the data that the tests hold against the real NGINX, as people read it. */
function gatewayAnswers(): string {
  const table = (answers: readonly GatewayAnswer[]) => [
    "| status | when | why no client loses data by it |",
    "| --- | --- | --- |",
    ...answers.map(({ status, when, whyNothingIsLost }) => `| ${status} | ${when} | ${whyNothingIsLost} |`),
  ];
  return [
    "# What the gateway answers",
    "",
    "Generated from `components/hub/gateway/answers.ts`. Agents drop a batch that is answered 4xx, and keep one that is answered 5xx.",
    "",
    "Of its own, beside what it passes on:",
    "",
    ...table(ANSWERS),
    "",
    "Mimir's, passed on as they are:",
    "",
    ...table(BACKEND_ANSWERS),
    "",
  ].join("\n");
}
