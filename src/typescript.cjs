/** Lets Node load TypeScript: each file is compiled when it has changed, and checked by `npm run check` alone. */
require("./stack-traces.cjs");

const { ".js": loadJavaScript } = require.extensions;
require("tsx/cjs");
// tsx would read all of the JavaScript of dependencies, too: @kubernetes/client-node took 1.6 s of CPU to load instead of 0.7.
require.extensions[".js"] = loadJavaScript;
