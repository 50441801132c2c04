/** Stack traces show lines of the sources, not of what tsx makes of them. To be loaded before tsx. */
require("source-map-support").install({ hookRequire: true });

const ofSources = Error.prepareStackTrace;
// Those without a message are Pulumi's own, thousands in a run: nobody is shown them, and looking up their lines takes a tenth of a preview.
Error.prepareStackTrace = (error, frames) =>
  error.message ? ofSources(error, frames) : [error, ...frames].join("\n    at ");
