import { describe, expect, it } from "vitest";
import { expectationOf, remarksOn, type ExpectedPrincipal } from "../../src/identity/expected.ts";
import type { Principal } from "../../src/identity/principal.ts";
import { grant, identities, perhaps, principal, stranger } from "../support/identity-estate.ts";

const asOf = "2026-06-01T12:00:00.000Z";
const entry = (pattern: string, expires: string | null = null): ExpectedPrincipal => ({
  principal: pattern,
  reason: "network team",
  owner: null,
  ticket: null,
  expires,
});
const isExpected = (who: Principal, pattern: string, expires: string | null = null): boolean =>
  expectationOf([entry(pattern, expires)], asOf).entryFor(who) !== null;

const role = principal("network-admin");
const outside = principal("network-admin", "account", {
  id: "arn:aws:iam::999988887777:role/network-admin",
  home: "outside",
});

describe("who is expected", () => {
  it.each<[string, Principal, string, boolean]>([
    ["the id itself", role, role.id, true],
    ["any account", role, "arn:aws:iam::*:role/network-admin", true],
    ["one character", role, "arn:aws:iam::11112222333?:role/network-admin", true],
    ["everybody", role, "*", true],
    ["in another case", role, "ARN:aws:iam::*:role/Network-Admin", true],
    ["a part of the id", role, "network-admin", false],
    ["another kind", role, "arn:aws:iam::*:user/network-admin", false],
    ["a user's other name", principal("u", "user", { names: ["noor@example.com"] }), "*@example.com", true],
    ["a role's other name", principal("r", "role", { names: ["noor@example.com"] }), "*@example.com", false],
    ["a group's other name", principal("g", "group", { names: ["engineers"] }), "engineers", false],
    ["a stranger by a pattern", outside, "arn:aws:iam::*:role/network-admin", false],
    ["a stranger by the whole id", outside, outside.id, true],
    ["a stranger by the id in another case", outside, outside.id.toUpperCase(), false],
    ["somebody whose home is not known, by a pattern", { ...outside, home: "unknown" }, "*", false],
  ])("%s", (_, who, pattern, answer) => {
    expect(isExpected(who, pattern)).toBe(answer);
  });

  it.each([
    ["2026-06-02", true],
    ["2026-06-01", true],
    ["2026-05-31", false],
    ["1999-12-31", false],
  ])("an entry that expires on %s counts on 2026-06-01: %s", (expires, counts) => {
    expect(isExpected(role, "*", expires)).toBe(counts);
  });

  it("is told anew for the same list at another time", () => {
    const list = [entry("*", "2026-06-01")];
    expect(expectationOf(list, asOf).entryFor(role)).toBe(list[0]);
    expect(expectationOf(list, "2026-06-02T00:00:00Z").entryFor(role)).toBeNull();
    expect(expectationOf(list, asOf).entryFor(role)).toBe(list[0]);
  });
});

describe("what is said of the list", () => {
  const estate = identities({ grants: [grant(role), perhaps(principal("maybe"))], others: [principal("reader")] });

  it.each<[string, ExpectedPrincipal, readonly string[]]>([
    ["one that names somebody who can", entry("*:role/network-admin"), []],
    ["one that names somebody who may", entry("*:role/maybe"), []],
    ["one that names nobody", entry("*:role/gone"), ["expected: *:role/gone is unused: it names nobody"]],
    ["one that names somebody who cannot", entry("*:role/reader"), ["is unused"]],
    ["one that has ended", entry("*", "2026-01-31"), ["expected: * ended on 2026-01-31 and no longer counts"]],
  ])("%s", (_, one, remarks) => {
    const said = remarksOn([one], estate, asOf);
    expect(said).toHaveLength(remarks.length);
    for (const [at, remark] of remarks.entries()) expect(said[at]).toContain(remark);
  });

  it.each([
    ["nobody was read", identities({})],
    ["somebody was not read", identities({ grants: [grant(role)], missing: ["identities of account 444455556666"] })],
  ])("nothing is called unused where %s", (_, estate) => {
    expect(remarksOn([entry("*:role/gone")], estate, asOf)).toEqual([]);
  });

  it("asks nothing for no list", () => {
    const whoCan = (): never => {
      throw new Error("asked");
    };
    expect(remarksOn([], { principals: [stranger], missing: [], whoCan }, asOf)).toEqual([]);
  });
});
