import * as pulumi from "@pulumi/pulumi";

/**
 * What the program refuses: shown whole, and without a stack trace. Pulumi formats that trace all the same, through the source maps of everything that was
 * loaded, which took 11 seconds of CPU before the message appeared; a trace that is there already is left alone.
 */
export function refused(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
