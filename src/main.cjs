/**
 * Where Pulumi starts. It would compile the whole program with ts-node each time; tsx compiles a file when it has changed, and checks no types:
 * `npm run check` does.
 */
require("./typescript.cjs");

module.exports = async () => {
  const configuration = require("./config/load.ts").loadConfiguration();
  const started = await require("./stacks/start.ts").start(configuration.settings);
  // Loaded while the plug-in of the cluster's provider starts.
  return require("./program.ts").program(configuration, started);
};
