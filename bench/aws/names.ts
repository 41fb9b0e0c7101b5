import type { Json } from "../../src/model/finding.ts";
import type { VendorObject } from "../../src/snapshot/record.ts";

/** Where the made-up estate lies. */
export const region = "eu-west-1";
export const zones = [`${region}a`, `${region}b`, `${region}c`] as const;

/** Takes a record of one account: the operation, the item, and what of the request the answer does not repeat. */
export type Add = (operation: string, data: VendorObject, request?: Readonly<Record<string, string>>) => void;
/** Whole numbers from 0 up to but not including a limit. */
export type Random = (limit: number) => number;

/** Tags as most resources have them. */
export function tags(Name: string): Json {
  return [
    { Key: "Name", Value: Name },
    { Key: "team", Value: "platform" },
  ];
}

/** The part of an id behind its prefix. */
export function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}

/** The id of a VPC's security group. */
export function groupId(vpc: number, group: number): string {
  return `sg-${hex(vpc)}${hex(group)}`;
}

/** The id of an instance's interface. */
export function interfaceId(vpc: number, index: number): string {
  return `eni-${hex(vpc)}${hex(index)}`;
}

/** The id of a VPC's instance. */
export function instanceId(vpc: number, index: number): string {
  return `i-${hex(vpc)}${hex(index)}`;
}
