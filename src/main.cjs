/**
 * Where Pulumi begins. It would compile the whole program with ts-node each time; tsx compiles a file when it has changed, and checks no types:
 * `npm run check` does.
 */
const libraries = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/tls", "reflect-metadata", "@peculiar/x509", "zod"];
// Before tsx, which looks at each file that is loaded after it.
libraries.forEach((library) => require(library));
require("tsx/cjs");
module.exports = require("./index.ts");
