import { z } from "zod";
import { described } from "../kit/fields";
import { CALLED_URL, CALLED_URL_EXPECTED } from "../kit/urls";

/** Where Heliograph's own runbooks are. */
export const RUNBOOKS = "https://github.com/heliograph/heliograph/blob/main/docs/runbooks.md#";

export const runbookBaseUrlField = described(
  z.string().regex(CALLED_URL).optional(),
  "Address of the page with the runbooks",
  "https://wiki.example.com/heliograph/runbooks#",
  CALLED_URL_EXPECTED,
);
