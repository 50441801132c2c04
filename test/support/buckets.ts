import type { Values } from "../../components/storage/cloud";
import { cloudOf, type CloudProvider } from "../../components/storage/clouds";
import type { ObjectStoreConnection } from "../../components/storage/connection";

/** What backends need to know of a bucket whose location is known. */
export function connectionOf(
  provider: CloudProvider,
  location: Values,
  credentials: Partial<ObjectStoreConnection> = {},
): ObjectStoreConnection {
  return { ...cloudOf(provider).connection(location), ...credentials };
}
