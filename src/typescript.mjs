/** The same for commands, which load some of their modules with import(): `node --import ./src/typescript.mjs <file>`. */
import "tsx/esm";
import "./typescript.cjs";
