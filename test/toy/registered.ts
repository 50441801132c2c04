import type * as registered from "../../components/backends/backends";
import { TOY } from "./toy";

/** The registry's list with one line more. For `vi.mock`. */
export function withToy({ BACKENDS }: typeof registered): typeof registered {
  return { BACKENDS: [...BACKENDS, TOY] };
}
