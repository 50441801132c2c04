/** Stack traces show lines of the sources, not of what tsx makes of them. To be loaded before tsx. */
const { install, wrapCallSite } = require("source-map-support");
install({ hookRequire: true });

/**
 * Dependencies keep the lines of the JavaScript that runs. Those of @pulumi/pulumi map to @pulumi/*.ts, and such a line hangs util.inspect of Node 20 with
 * colours, which Pulumi calls: it fills 2.7 GB in half a minute, and then throws (markNodeModules in lib/internal/util/inspect.js).
 */
const isDependency = (frame) => /[\\/]node_modules[\\/]/.test(frame.getFileName() ?? "");
const ofSource = (frame) => (isDependency(frame) ? frame : wrapCallSite(frame));

// Those without a message are Pulumi's own, thousands in a run: nobody is shown them, and looking up their lines takes a tenth of a preview.
Error.prepareStackTrace = (error, frames) =>
  [error, ...(error.message ? frames.map(ofSource) : frames)].join("\n    at ");
