import { stringify } from "yaml";

/** The one way in which configuration becomes text: sorted keys, no anchors, no folding, so that equal objects give equal bytes. */
export function toYaml(value: unknown): string {
  return stringify(value, { sortMapEntries: true, aliasDuplicateObjects: false, lineWidth: 0 });
}
