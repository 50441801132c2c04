/**
 * Where Pulumi begins. It would compile the whole program and check its types at each start, which takes longer than all the rest of a preview; this compiles
 * file by file what is loaded, and keeps it. Types are checked by `npm run check`.
 */
const libraries = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/tls", "reflect-metadata", "@peculiar/x509", "zod"];
// Before tsx, which looks at each file that is loaded after it.
libraries.forEach((library) => require(library));
require("tsx/cjs");
module.exports = require("./index.ts");
