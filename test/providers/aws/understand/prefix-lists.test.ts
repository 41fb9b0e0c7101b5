import { describe, expect, it } from "vitest";
import { toCidrs } from "../../../../src/network/addresses.ts";
import type { VendorObject } from "../../../../src/snapshot/record.ts";
import { allow, securityGroup } from "../../../support/security-groups.ts";
import { ended, here, understood, type Answer } from "./small-snapshot.ts";

const getEntries = "ec2:GetManagedPrefixListEntries";
const elsewhere = { ...here, account: "444455556666" };

const list = (more: VendorObject = {}): Answer => ({
  operation: "ec2:DescribeManagedPrefixLists",
  items: [
    {
      PrefixListId: "pl-1",
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      OwnerId: "111122223333",
      PrefixListArn: "arn:aws:ec2:eu-west-1:111122223333:prefix-list/pl-1",
      ...more,
    },
  ],
});
const entries = (...cidrs: readonly string[]): Answer => ({
  operation: getEntries,
  request: { PrefixListId: "pl-1" },
  items: cidrs.map((Cidr) => ({ Cidr })),
});
const group: Answer = {
  operation: "ec2:DescribeSecurityGroups",
  items: [securityGroup("sg-1", [allow("tcp", 22, "pl-1")])],
};

function sourceOf(answers: readonly Answer[], options?: Parameters<typeof understood>[1]) {
  const rule = understood([group, ...answers], options).network.firewalls[0]?.ingressRules[0];
  if (rule === undefined) throw new Error("no rule");
  const { must, may, missing } = rule.remote;
  return { must: toCidrs(must), may: toCidrs(may), missing, peer: rule.peer };
}

describe("trap 6: a prefix list is its entries, and whoever owns it can change them", () => {
  it.each([
    ["IPv4", "IPv4", ["198.51.100.0/24", "203.0.113.0/24"]],
    ["IPv6", "IPv6", ["2001:db8::/32"]],
    ["two halves", "IPv4", ["0.0.0.0/1", "128.0.0.0/1"]],
  ])("entries that were read are the source: %s", (_, family, cidrs) => {
    const source = sourceOf([list({ AddressFamily: family }), entries(...cidrs)]);
    expect(source.missing).toEqual([]);
    expect(source.must).toEqual(cidrs.length === 2 && cidrs[0] === "0.0.0.0/1" ? ["0.0.0.0/0"] : cidrs);
    expect(source.may).toEqual(source.must);
    expect(source.peer).toEqual({ kind: "list", id: "pl-1", owner: "111122223333" });
  });

  it("an empty list that was read matches nothing", () => {
    expect(sourceOf([list()])).toMatchObject({ must: [], may: [], missing: [] });
  });

  it("entries of AWS's own lists count like any other", () => {
    const source = sourceOf([
      list({ OwnerId: "AWS", PrefixListName: "com.amazonaws.eu-west-1.s3" }),
      entries("52.218.0.0/17"),
    ]);
    expect(source).toMatchObject({ must: ["52.218.0.0/17"], missing: [], peer: { owner: "AWS" } });
  });

  it.each([
    ["IPv4", ["0.0.0.0/0"]],
    ["IPv6", ["::/0"]],
    ["Both", ["0.0.0.0/0", "::/0"]],
  ])("unreadable is not empty: a denied list of family %s may hold anything of it", (family, may) => {
    const source = sourceOf([list({ AddressFamily: family })], { coverage: [ended(getEntries)] });
    expect(source).toMatchObject({
      must: [],
      may,
      missing: ["prefix list pl-1 (offices): ec2:GetManagedPrefixListEntries denied"],
    });
  });

  it("one list denied among many: a gap names it, the others are read", () => {
    const gap = { request: { PrefixListId: "pl-1" }, status: "throttled", error: "slow down" } as const;
    const denied = sourceOf([list()], { coverage: [{ ...ended(getEntries), gaps: [gap] }] });
    expect(denied).toMatchObject({ must: [], may: ["0.0.0.0/0"], missing: [expect.stringContaining("throttled")] });
    const other = { ...gap, request: { PrefixListId: "pl-2" } };
    const read = sourceOf([list(), entries("10.0.0.0/8")], { coverage: [{ ...ended(getEntries), gaps: [other] }] });
    expect(read).toMatchObject({ must: ["10.0.0.0/8"], missing: [] });
  });

  it("a cut-off answer: what was read is certain, the rest may be anything", () => {
    const source = sourceOf([list(), entries("10.0.0.0/8")], { coverage: [ended(getEntries, "malformed")] });
    expect(source).toMatchObject({ must: ["10.0.0.0/8"], may: ["0.0.0.0/0"] });
  });

  it("a list that nobody described may hold anything of both families", () => {
    expect(sourceOf([])).toMatchObject({
      must: [],
      may: ["0.0.0.0/0", "::/0"],
      missing: ["prefix list pl-1: ec2:DescribeManagedPrefixLists does not tell of it"],
      peer: { owner: null },
    });
  });

  it("a dump without the list's file does not prove it empty", () => {
    const source = sourceOf([list()], { source: "import" });
    expect(source).toMatchObject({
      may: ["0.0.0.0/0"],
      missing: [expect.stringContaining("not among the imported files")],
    });
  });

  it("an entry that is no address block leaves the rest certain", () => {
    const source = sourceOf([list(), entries("10.0.0.0/8", "ten")]);
    expect(source).toMatchObject({
      must: ["10.0.0.0/8"],
      may: ["0.0.0.0/0"],
      missing: ['entry "ten" of prefix list pl-1 (offices)'],
    });
  });

  it("what a denied account cannot read, the owner's account in the same scan can", () => {
    const owners = { OwnerId: elsewhere.account };
    const answers = [
      list(owners),
      { ...list(owners), target: elsewhere },
      { ...entries("198.51.100.0/24"), target: elsewhere },
    ];
    const source = sourceOf(answers, { coverage: [ended(getEntries)] });
    expect(source).toMatchObject({ must: ["198.51.100.0/24"], missing: [], peer: { owner: elsewhere.account } });
  });

  it("a list of the same id in another Region is another list", () => {
    const other = { ...elsewhere, region: "us-east-1" };
    const source = sourceOf([
      { ...list(), target: other },
      { ...entries("10.0.0.0/8"), target: other },
    ]);
    expect(source).toMatchObject({ must: [], missing: [expect.stringContaining("does not tell of it")] });
  });

  it("every list is an address list of the estate, with its owner", () => {
    const { addressLists } = understood([list(), entries("10.0.0.0/8")]).network;
    expect(addressLists).toMatchObject([
      { resource: { type: "aws:ec2:prefix-list", id: "pl-1", name: "offices" }, owner: "111122223333" },
    ]);
  });
});
