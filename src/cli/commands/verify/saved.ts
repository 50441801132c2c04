import { readFile } from "node:fs/promises";
import { z } from "zod";
import { Failure } from "../../ui/failure";
import { type Report, reportSchema } from "./report";

/**
 * A report that `verify --json` has printed.
 *
 * @throws Failure where the file cannot be read, or is none.
 */
export async function readReport(file: string): Promise<Report> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  const parsed = reportSchema.safeParse(parsedJson(file, text));
  if (parsed.success) return parsed.data;
  throw new Failure(`${file} is no report:\n${z.prettifyError(parsed.error)}`, HOW);
}

const HOW = "Write one with this version: npm run --silent verify -- --json > report.json";

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${(error as Error).message}`, HOW);
  }
}
