/**
 * Records what a version deploys, for the test that previews it with later ones: `npx tsx
 * test/recorded/record.ts <checkout of that version> <name>`. Its own program and commands bring up
 * the committed stacks, with the plugins of `engine.ts`. Private keys are taken out.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Engine, STACKS } from "./engine";

const KEYS = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END [A-Z ]*PRIVATE KEY-----/g;

async function record(checkout: string, name: string): Promise<void> {
  const engine = await Engine.start(checkout, checkout);
  try {
    const { code, output } = engine.npmRun(checkout, "up", "--yes");
    console.log(output);
    if (code !== 0) throw new Error(`up: exit ${code}`);
    const folder = resolve(__dirname, name);
    mkdirSync(folder, { recursive: true });
    for (const stack of STACKS) {
      const state = engine.pulumi(stack, "stack", "export", "--show-secrets");
      writeFileSync(
        join(folder, `${stack}.json`),
        `${compact(state.replace(KEYS, "-----BEGIN $1-----\\\\nremoved\\\\n-----END $1-----"))}\n`,
      );
      cpSync(join(engine.project, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
    }
  } finally {
    engine.stop();
  }
}

const LEFT_OUT = ["created", "modified", "propertyDependencies"];

/** One resource a line, without what nobody compares. */
function compact(state: string): string {
  const { deployment } = JSON.parse(state) as {
    deployment: { resources: { type: string; outputs?: object }[] };
  };
  const lines = deployment.resources.map((resource) => {
    const { outputs, ...rest } = resource;
    const kept = resource.type.startsWith("kubernetes:") ? rest : { ...rest, outputs };
    return JSON.stringify(kept, (key, value: unknown) =>
      LEFT_OUT.includes(key) ? undefined : value,
    );
  });
  return `[\n${lines.join(",\n")}\n]`;
}

const [checkout = "", name = ""] = process.argv.slice(2);
void record(resolve(checkout), name);
