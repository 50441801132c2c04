import { Command } from "commander";
import { openProject } from "../project";
import { EXIT } from "../ui/failure";

export function verifyCommand(): Command {
  return new Command("verify")
    .summary("prove that every edge's data arrives, under its tenant and no other")
    .description(
      `For each edge of the inventory: its identity, the gateway's answers, a sample written with its own certificate and read back through its
tenant and through no other, the five labels, the age of the newest sample, the agent's queue, the configuration in force, and the query
over all tenants. Works through the kubeconfig contexts of the stacks; nothing has to be reachable from outside.`,
    )
    .argument("[edge...]", "edges to verify; all where none is named")
    .option("--json", "print JSON, for machines", false)
    .addHelpText(
      "after",
      `
Examples:
  npm run verify                    all edges
  npm run verify -- prd             one of them
  npm run verify -- --json          for machines

Exit codes: 0 all is well, 1 something is not`,
    )
    .action(run);
}

async function run(named: string[], { json }: { readonly json: boolean }): Promise<void> {
  const { verify } = await import("./verify.js");
  const { report } = await import("./report.js");
  const reports = await verify(openProject(), named);
  console.log(json ? JSON.stringify(reports, null, 2) : report(reports));
  if (reports.some(({ ok }) => !ok)) process.exitCode = EXIT.failed;
}
