import versions from "../versions.json";

export type ImageName = keyof typeof versions;

/** Where images come from, for clusters that pull through a registry of their own. */
export interface ImageArgs {
  /** Registry that mirrors every upstream one, e.g. `registry.example.com/mirror`. Defaults to the upstream registries. */
  registry?: string;
  /** Whole references by image name (a key of versions.json). An override wins over `registry`. */
  overrides?: Record<string, string>;
}

/** The reference of an image: upstream's, through the mirror, or an override. */
export function imageReference(name: string, { registry, overrides = {} }: ImageArgs = {}): string {
  const override = overrides[name];
  if (override) return override;
  const known = versions[name as ImageName] as (typeof versions)[ImageName] | undefined;
  if (!known) throw new Error(`no image is known for ${name}: give one in images.overrides`);
  const { image, tag } = known;
  if (!registry) return `${image}:${tag}`;
  const [, ...path] = image.split("/");
  return `${registry}/${path.join("/")}:${tag}`;
}
