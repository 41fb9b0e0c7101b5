import { describe, expect, it } from "vitest";
import { gcpProvider } from "../../../../../src/providers/gcp/provider.ts";
import { folder, gcpSnapshot, network, project, vpcRule } from "../../../../support/gcp-snapshot.ts";
import { about, ada, asked, estateOf, identitiesOf, policy, predefinedRole, say, update } from "./small-identity.ts";

const admin = "roles/compute.securityAdmin";
const held = [
  policy(project, [admin, ada], ["roles/disks", ada]),
  predefinedRole("roles/disks", ["compute.disks.delete"]),
];

describe("questions", () => {
  it("a permission may be written in any case", () => {
    expect(say(asked(held, about("COMPUTE.Firewalls.UPDATE")), ada)).toBe("yes");
  });

  it("a permission that changes no firewall is answered, and that is said", () => {
    const answer = asked(held, about("compute.networks.updatePolicy"));
    expect(say(answer, ada)).toBe("yes");
    expect(answer.notes).toEqual(["compute.networks.updatePolicy changes no firewall by itself"]);
  });

  it("a permission that Rampart does not know is answered for any resource", () => {
    const answer = asked(held, about("compute.disks.delete"));
    expect(say(answer, ada)).toBe("yes");
    expect(say(answer, "user:bob@example.com")).toBe("no");
    expect(answer.notes).toEqual([
      "compute.disks.delete is not a permission that Rampart knows the resources of: the answer is for any resource",
    ]);
  });

  it.each([
    project,
    "projects/shop",
    "projects/shop/global/networks/net",
    "//compute.googleapis.com/projects/shop/global/networks/net",
  ])("a resource by its name or path: %s", (resource) => {
    expect(say(asked([...held, network(), vpcRule("web")], about(update, resource)), ada)).toBe("yes");
  });

  it("in another project it is not allowed", () => {
    expect(say(asked(held, about(update, "projects/other/global/firewalls/x")), ada)).toBe("no");
  });

  it("on something that it is not used on nobody can use it", () => {
    expect(say(asked(held, about(update, "projects/shop/zones/z/instances/vm")), ada)).toBe("no");
  });

  it.each([
    ["projects/shop/zones/europe-west1-b/instances/vm", true],
    ["projects/shop/global/firewalls/web", false],
    ["projects/shop", false],
  ])("of %s it says whether a policy of its own was not read", (resource, says) => {
    const { notes } = asked(held, about("compute.instances.setTags", resource));
    expect(notes.some((note) => note.startsWith("the allow policy of this one resource is not read"))).toBe(says);
  });

  it("of a project that was not scanned nothing is said, and that is said", () => {
    const { grants, notes } = asked(held, about(update, "projects/nowhere/global/firewalls/x"));
    expect(grants).toEqual([]);
    expect(notes).toEqual(["projects/nowhere/global/firewalls/x is not among the firewalls of the snapshot"]);
  });
});

it("what is broad is told by the role's name", () => {
  const { grants } = asked([policy(project, ["roles/editor", ada], [admin, "user:bob@example.com"])]);
  expect(grants.map(({ principal, breadth }) => [principal.id, breadth?.pattern ?? null])).toEqual([
    [ada, "roles/editor"],
    ["user:bob@example.com", null],
  ]);
});

it("projects, folders and organizations can be asked about", () => {
  const ids = identitiesOf(held).resources.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([folder, "projects/shop", "organizations/1"]));
});

it("answers do not depend on the order of the records", () => {
  const snapshot = gcpSnapshot(estateOf([...held, policy(folder, [admin, "user:bob@example.com"])]));
  const told = (records: typeof snapshot.records): readonly string[] =>
    gcpProvider
      .understand({ ...snapshot, records })
      .identity.whoCan()
      .grants.map((grant) => JSON.stringify([grant.principal.id, grant.principal.resource.account, grant.decision]))
      .toSorted();
  expect(told(snapshot.records.toReversed())).toEqual(told(snapshot.records));
});

it("a snapshot without Google Cloud has nobody in it", () => {
  const { identity } = gcpProvider.understand({ ...gcpSnapshot([]), targets: [], records: [], coverage: [] });
  expect(identity.principals).toEqual([]);
  expect(identity.missing).toEqual([]);
});
