/** Entry point of `pulumi-language-nodejs`. */
import { servePlugin } from "../rpc/serve";
import { addLanguageHost, killPrograms } from "./host";

void servePlugin("pulumi-language-nodejs", (server) => addLanguageHost(server), killPrograms);
