/**
 * What changed between two sets of inputs, property by property, as `pulumi preview --diff` shows
 * it.
 */
import { isMap, reveal, Unknown } from "./values";
import type { PropertyMap, PropertyValue } from "./values";

export type Path = (string | number)[];
export type ChangeKind = "add" | "update" | "delete";
export interface Change {
  path: Path;
  kind: ChangeKind;
  /** True if this change cannot be made in place. */
  replace: boolean;
  /** True if the path is of the outputs and not of the inputs. */
  ofOutput?: boolean;
}

/** The changes from `olds` to `news`; a null counts as absent, an unknown new value as a change. */
export function changesBetween(
  olds: PropertyMap,
  news: PropertyMap,
  replaces: (path: Path) => boolean = () => false,
): Change[] {
  return compare([], reveal(olds), reveal(news)).map((change) => ({
    ...change,
    replace: replaces(change.path),
  }));
}

type PlainChange = Pick<Change, "path" | "kind">;

function compare(
  path: Path,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
): PlainChange[] {
  const old = before ?? undefined;
  const fresh = after ?? undefined;
  if (old === undefined && fresh === undefined) return [];
  if (old === undefined) return [{ path, kind: "add" }];
  if (fresh === undefined) return [{ path, kind: "delete" }];
  if (isMap(old) && isMap(fresh)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort();
    return keys.flatMap((key) => compare([...path, key], old[key], fresh[key]));
  }
  if (Array.isArray(old) && Array.isArray(fresh)) {
    const length = Math.max(old.length, fresh.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compare([...path, index], old[index], fresh[index]),
    );
  }
  return old === fresh && !(fresh instanceof Unknown) ? [] : [{ path, kind: "update" }];
}

/** `a.b[0]["c.d"]`, the form that the engine reads. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (part === "" || /[."[\]\\]/.test(part)) return `${text}["${part.replaceAll('"', '\\"')}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
