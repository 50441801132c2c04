import { loadConfiguration } from "./config/load";
import { program } from "./program";

export = async () => program(loadConfiguration());
