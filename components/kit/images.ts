import versions from "../versions.json";

export type ImageName = keyof typeof versions;

/** Registry and overrides of images, for clusters that pull through a registry of their own. */
export interface ImageArgs {
  /**
   * Registry that mirrors all upstream registries, e.g. `registry.example.com/mirror`. Defaults to
   * the upstream registries.
   */
  registry?: string;
  /**
   * Complete image references by image name (a key of versions.json). An override wins over
   * `registry`. Defaults to none.
   */
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
