import type { Json } from "../model/finding.ts";
import type { VendorObject } from "../snapshot/record.ts";

// Records may come from anybody's file, so nothing about their members is taken for granted: each reader gives what is there in the
// type asked for, or says that it is not.

/** A member that is there but is not what the vendor documents. */
export const malformed = Symbol("malformed");
export type Malformed = typeof malformed;

/** The member as non-empty text; null when it is absent, empty or something else. */
export function text(data: VendorObject, member: string): string | null {
  const value = data[member];
  return typeof value === "string" && value !== "" ? value : null;
}

/** The member as true or false; null when it is absent or something else. */
export function flag(data: VendorObject, member: string): boolean | null {
  const value = data[member];
  return typeof value === "boolean" ? value : null;
}

/** The member as a whole number, null when it is absent or null; digits in quotes count, as some tools write them. */
export function wholeNumber(data: VendorObject, member: string): number | null | Malformed {
  const value = data[member];
  if (value === undefined || value === null) return null;
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : malformed;
}

/** The member as an object; null when it is absent or something else. */
export function object(data: VendorObject, member: string): VendorObject | null {
  const value = data[member];
  return isObject(value) ? value : null;
}

/** The objects of a list member; an absent list is empty, and whatever in it is no object is left out. */
export function objects(data: VendorObject, member: string): readonly VendorObject[] {
  const list = objectList(data, member);
  return list === malformed ? [] : list.filter((item) => item !== malformed);
}

/** The items of a list member, each an object or malformed; malformed as a whole when it is there and no list. */
export function objectList(data: VendorObject, member: string): readonly (VendorObject | Malformed)[] | Malformed {
  const value = data[member];
  if (value === undefined || value === null) return [];
  if (!isList(value)) return malformed;
  return value.map((item) => (isObject(item) ? item : malformed));
}

/** The texts of a list member; whatever else is in it, and empty text, is left out. */
export function texts(data: VendorObject, member: string): readonly string[] {
  const value = data[member];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string" && each !== "") : [];
}

/** The members of an object that are texts, empty ones too: tags and labels. */
export function textMembers(data: VendorObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(data).filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is VendorObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Array.isArray keeps no element type on readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
