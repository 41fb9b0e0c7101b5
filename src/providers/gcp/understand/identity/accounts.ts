import { flag, text } from "../../../read.ts";
import type { RecordIndex } from "../../../../snapshot/records.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { byAddress, type Member } from "./members.ts";
import { homeOfAccount, type Place, type Places } from "./places.ts";

/** A service account of a scanned project, listed or named by a policy. */
export interface ServiceAccount {
  readonly member: Member & { readonly address: string };
  readonly place: Place;
  /** As what is done to it names it: its place's path, then its own. */
  readonly text: string;
  readonly displayName: string | null;
  readonly disabled: boolean;
}

/** The service accounts of the scan. */
export interface ServiceAccounts {
  readonly listed: readonly ServiceAccount[];
  readonly find: (email: string) => ServiceAccount | null;
  /** One that a policy names although no listing does: of a project whose accounts could not be listed. */
  readonly named: (email: string) => ServiceAccount | null;
}

const listing = "iam.projects.serviceAccounts.list";

export function readServiceAccounts(index: RecordIndex, places: Places): ServiceAccounts {
  const homeOf = homeOfAccount(places);
  const known = new Map<string, ServiceAccount>();
  const make = (email: string, place: Place, data: VendorObject | null): ServiceAccount | null => {
    const member = byAddress("service-account", email);
    if (!("address" in member)) return null;
    return {
      member,
      place,
      text: `${place.path}serviceAccounts/${member.address}/`,
      displayName: data === null ? null : text(data, "displayName"),
      disabled: data !== null && flag(data, "disabled") === true,
    };
  };
  const listed: ServiceAccount[] = [];
  for (const { account, data } of index.all(listing)) {
    const email = text(data, "email");
    const place = places.find(text(data, "projectId") ?? account) ?? places.find(account);
    if (email === null || place === null || known.has(email.toLowerCase())) continue;
    const made = make(email, place, data);
    if (made === null) continue;
    known.set(email.toLowerCase(), made);
    listed.push(made);
  }
  return {
    listed,
    find: (email) => known.get(email.toLowerCase()) ?? null,
    named: (email) => {
      const before = known.get(email.toLowerCase());
      if (before !== undefined) return before;
      const place = homeOf(email.toLowerCase());
      const made = place === null || place.kind !== "project" ? null : make(email, place, null);
      if (made !== null) known.set(email.toLowerCase(), made);
      return made;
    },
  };
}
