import { fromYaml } from "../../components/kit/yaml";

/** YAML whose shape the test knows. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const parsed = (text: string): any => fromYaml(text);
