import type * as registered from "../../components/backends/backends";
import { TOY } from "./toy";

/** The registry's list with one line more. For `vi.mock`. */
export function withToy(backends: typeof registered): typeof registered {
  return { ...backends, BACKENDS: [...backends.BACKENDS, TOY] };
}
