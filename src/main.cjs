/**
 * Where Pulumi begins. It would compile the whole program and check its types at each start, which takes longer than all the rest of a preview; this compiles
 * file by file what is loaded, and keeps it. Types are checked by `npm run check`.
 */
require("tsx/cjs");
module.exports = require("./index.ts");
