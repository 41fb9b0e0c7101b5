import type { Json } from "../../model/finding.ts";
import type { VendorObject } from "../../snapshot/record.ts";
import { isObject } from "../read.ts";

/** What is kept of an object: whole members, or of a member that is an object or a list of objects, what the shape below it keeps. */
export interface Shape {
  readonly [member: string]: true | Shape;
}

/** The part of an item that a shape names; whatever is of another kind than the shape has it is left out. */
export function keep(shape: Shape): (item: VendorObject) => VendorObject {
  return (item) => kept(item, shape);
}

function kept(item: VendorObject, shape: Shape): VendorObject {
  return Object.fromEntries(
    Object.entries(item).flatMap(([member, value]): readonly (readonly [string, Json])[] => {
      const below = Object.hasOwn(shape, member) ? shape[member] : undefined;
      if (below === undefined) return [];
      if (below === true) return [[member, value]];
      if (Array.isArray(value)) {
        const items: readonly Json[] = value;
        return [[member, items.filter((each) => isObject(each)).map((each) => kept(each, below))]];
      }
      return isObject(value) ? [[member, kept(value, below)]] : [];
    }),
  );
}
