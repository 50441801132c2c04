/**
 * A resource provider as the stand-ins write it: plain property values, no protocol. `service.ts`
 * serves it.
 */
import type { Change } from "./diff";
import type { PropertyMap } from "./values";

export interface Failure {
  property: string;
  reason: string;
}
export interface Checked {
  inputs: PropertyMap;
  failures: Failure[];
}
export interface CheckRequest {
  urn: string;
  name: string;
  type: string;
  olds: PropertyMap;
  news: PropertyMap;
  /** The name that the engine proposes for a resource without one, if it proposes names. */
  proposedName: string;
  /** True if the stack forbids generated names. */
  autonamingDisabled: boolean;
  /** The same bytes for the preview and the update of one resource. */
  randomSeed: Uint8Array;
}
export interface DiffRequest {
  id: string;
  urn: string;
  type: string;
  oldInputs: PropertyMap;
  oldState: PropertyMap;
  inputs: PropertyMap;
}
export interface Diff {
  changes: Change[];
  deleteBeforeReplace?: boolean;
}
export interface ChangeRequest {
  urn: string;
  type: string;
  inputs: PropertyMap;
  preview: boolean;
  /** `customTimeouts` of the resource, 0 if there are none. */
  timeoutSeconds: number;
}
export interface UpdateRequest extends ChangeRequest {
  id: string;
  oldState: PropertyMap;
}
export interface ReadRequest {
  id: string;
  urn: string;
  type: string;
  /** Empty when a resource is imported. */
  inputs: PropertyMap;
  state: PropertyMap;
}
export interface DeleteRequest {
  id: string;
  urn: string;
  type: string;
  state: PropertyMap;
  inputs: PropertyMap;
  timeoutSeconds: number;
}
export interface Recorded {
  id: string;
  state: PropertyMap;
}
export interface Found extends Recorded {
  inputs: PropertyMap;
}

export interface ResourceProvider {
  /** The version of the official plugin that this one stands in for. */
  readonly version: string;
  /** The sentence for everything that only the official plugin can do. */
  refuse(what: string): string;
  checkConfig(news: PropertyMap): Failure[];
  /**
   * The names of the settings whose change means another provider, so that its resources are
   * replaced.
   */
  configReplaces(olds: PropertyMap, news: PropertyMap): Promise<string[]>;
  configure(settings: PropertyMap): Promise<void>;
  check(request: CheckRequest): Promise<Checked>;
  diff(request: DiffRequest): Diff;
  create(request: ChangeRequest): Promise<Recorded>;
  update(request: UpdateRequest): Promise<PropertyMap>;
  /** Undefined if the resource is gone. */
  read(request: ReadRequest): Promise<Found | undefined>;
  delete(request: DeleteRequest): Promise<void>;
  cancel(): void;
}
