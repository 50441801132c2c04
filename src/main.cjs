/**
 * Where Pulumi begins. It would compile the whole program with ts-node each time; tsx compiles a file when it has changed, and checks no types:
 * `npm run check` does.
 */
require("./typescript.cjs");

module.exports = async () => {
  const configuration = require("./config/load.ts").loadConfiguration();
  const begun = await require("./stacks/beginning.ts").begin(configuration.settings);
  // Loaded while the engine does what was begun.
  return require("./program.ts").program(configuration, begun);
};
