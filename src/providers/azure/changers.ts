import type { SnapshotRecord } from "../../snapshot/record.ts";
import { object, objects, text, texts } from "../read.ts";
import { roleKey } from "./guid.ts";

/**
 * Assignments of roles that do more than read: members of a group that may read a whole company are of no interest. A role that was not
 * told may do anything.
 */
export function changers<Told extends Pick<SnapshotRecord, "data">>(
  assignments: readonly Told[],
  definitions: readonly Pick<SnapshotRecord, "data">[],
): readonly Told[] {
  const readers = new Set(
    definitions.flatMap(({ data }) => {
      const permissions = objects(object(data, "properties") ?? {}, "permissions");
      const actions = permissions.flatMap((each) => [...texts(each, "actions"), ...texts(each, "dataActions")]);
      const readsOnly = permissions.length > 0 && actions.every((action) => /\/read$/i.test(action));
      const id = text(data, "id");
      return readsOnly && id !== null ? [roleKey(id)] : [];
    }),
  );
  return assignments.filter(({ data }) => {
    const properties = object(data, "properties") ?? {};
    const role = text(properties, "roleDefinitionId");
    return role === null || !readers.has(roleKey(role));
  });
}
