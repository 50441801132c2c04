/**
 * Where Pulumi begins. It would compile the whole program with ts-node each time; tsx compiles a file when it has changed, and checks no types:
 * `npm run check` does.
 */
const libraries = ["@pulumi/kubernetes", "@pulumi/tls", "reflect-metadata", "@peculiar/x509", "zod", "yaml"];
// Before tsx, which looks at each file that is loaded after it.
libraries.forEach((library) => require(library));

require("./stack-traces.cjs");
require("tsx/cjs");

module.exports = async () => {
  const configuration = require("./config/load.ts").loadConfiguration();
  const begun = await require("./stacks/beginning.ts").begin(configuration.settings);
  // Loaded while the engine does what was begun.
  return require("./program.ts").program(configuration, begun);
};
