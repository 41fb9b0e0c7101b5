import type { Json } from "../../model/finding.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { isObject, objects } from "../read.ts";

/** Where an instance, and a project for all of its instances, keeps start-up scripts, SSH keys and whatever else people put there. */
const metadataMembers: ReadonlySet<string> = new Set(["metadata", "commonInstanceMetadata"]);

/**
 * A record's data without what may be secret: the values of metadata, whose keys stay. Everything else is as it came.
 * https://docs.cloud.google.com/compute/docs/metadata/overview
 */
export function withoutSecrets(data: VendorObject): VendorObject {
  const members = Object.entries(data);
  if (!members.some(([member]) => metadataMembers.has(member))) return data;
  return Object.fromEntries(
    members.map(([member, value]) => [member, metadataMembers.has(member) ? withoutValues(value) : value]),
  );
}

/** What is no metadata as Google documents it may be anything, so that nothing of it is kept. */
function withoutValues(metadata: Json): Json {
  if (!isObject(metadata)) return null;
  const items = objects(metadata, "items").map(({ key }) => ({ key: typeof key === "string" ? key : null }));
  return {
    ...pick(metadata, ["kind", "fingerprint"]),
    ...(metadata["items"] === undefined ? {} : { items }),
  };
}

function pick(data: VendorObject, members: readonly string[]): VendorObject {
  return Object.fromEntries(members.flatMap((name) => (typeof data[name] === "string" ? [[name, data[name]]] : [])));
}
