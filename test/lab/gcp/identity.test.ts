import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { allowPolicy, customRole, directoryGroup, serviceAccountOf } from "../../../lab/gcp/build-identity.ts";
import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import { predefinedRoles } from "../../../lab/gcp/predefined-roles.ts";
import { type GcpLab, startGcpLab } from "../../../lab/gcp/server.ts";

// The lab answers on rights as Google documents it, to whoever asks in whatever way.

const email = "robot@p.iam.gserviceaccount.com";
const estate: GcpEstate = {
  identity: { serviceAccount: email, project: "p" },
  roles: predefinedRoles,
  groups: [directoryGroup("net@example.com", ["ann@example.com", email], ["on-call@example.com"])],
  organizations: [{ id: "9", displayName: "example.com" }],
  projects: [
    {
      id: "p",
      number: "11",
      parent: "organizations/9",
      access: {
        policy: allowPolicy(["roles/editor", ["user:a@example.com"], { title: "c", expression: "false" }]),
        roles: [customRole("projects/p", "op", ["compute.firewalls.get"])],
        serviceAccounts: [serviceAccountOf("p", email, { keys: ["2024-01-01T00:00:00Z"] })],
      },
    },
  ],
};

let lab: GcpLab;
let token: string;
beforeAll(async () => {
  lab = await startGcpLab(estate);
  const path = "/computeMetadata/v1/instance/service-accounts/default/token";
  const response = await fetch(`${lab.endpoint}${path}`, { headers: { "metadata-flavor": "Google" } });
  token = JSON.parse(await response.text()).access_token;
});
afterAll(async () => {
  await lab.close();
});

async function ask(path: string, body?: object): Promise<readonly [status: number, answer: object]> {
  const response = await fetch(`${lab.endpoint}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  return [response.status, JSON.parse(await response.text())];
}

describe("an allow policy", () => {
  it.each([
    [3, { role: "roles/editor", condition: { title: "c", expression: "false" } }],
    [1, { role: expect.stringMatching(/^roles\/editor_withcond_[\da-f]+$/) }],
  ])("in version %i", async (requestedPolicyVersion, binding) => {
    const [status, answer] = await ask("/v3/projects/p:getIamPolicy", { options: { requestedPolicyVersion } });
    expect([status, answer]).toMatchObject([200, { version: requestedPolicyVersion, bindings: [binding] }]);
  });

  it("is not told by a GET, nor of what is not there", async () => {
    expect((await ask("/v3/projects/p:getIamPolicy"))[0]).toBe(403);
    expect((await ask("/v3/folders/1:getIamPolicy", {}))[0]).toBe(403);
    expect((await ask("/v1/projects/p/serviceAccounts/nobody@x.example:getIamPolicy", {}))[0]).toBe(404);
  });
});

it("a listing of roles tells what they hold in the full view alone", async () => {
  const [, basic] = await ask("/v1/projects/p/roles");
  const [, full] = await ask("/v1/projects/p/roles?view=FULL");
  expect(JSON.stringify(basic)).not.toContain("includedPermissions");
  expect(full).toMatchObject({ roles: [{ includedPermissions: ["compute.firewalls.get"] }] });
});

it("keys come all at once, of the type that was asked for, and an odd parameter is an error", async () => {
  const keys = `/v1/projects/p/serviceAccounts/${email}/keys`;
  expect(await ask(`${keys}?keyTypes=USER_MANAGED`)).toMatchObject([200, { keys: [{ keyType: "USER_MANAGED" }] }]);
  expect((await ask(`${keys}?pageSize=10`))[0]).toBe(400);
});

it("a group is found by its address, and tells its members' types in the full view alone", async () => {
  const [status, found] = await ask("/v1/groups:lookup?groupKey.id=net%40example.com");
  expect([status, found]).toMatchObject([200, { name: expect.stringMatching(/^groups\/\w+$/) }]);
  const path = `/v1/${String(Reflect.get(found, "name"))}/memberships`;
  expect(await ask(`${path}?view=FULL`)).toMatchObject([
    200,
    { memberships: [{ type: "USER" }, { type: "SERVICE_ACCOUNT" }] },
  ]);
  expect(JSON.stringify(await ask(path))).not.toContain("type");
  expect((await ask("/v1/groups:lookup?groupKey.id=nobody%40example.com"))[0]).toBe(403);
});

interface PublishedRole {
  readonly name: string;
  readonly title: string;
  readonly includedPermissions: readonly string[];
}

const published = resolve(
  import.meta.dirname,
  "../../../../shared/data/roles/google-predefined-roles-firewall-subset.json",
);
describe.skipIf(!existsSync(published))("predefined roles", () => {
  const roles: readonly PublishedRole[] = existsSync(published) ? JSON.parse(readFileSync(published, "utf8")) : [];
  const told = new Set(roles.flatMap(({ includedPermissions }) => includedPermissions));
  const held: readonly PublishedRole[] = JSON.parse(JSON.stringify(predefinedRoles));
  const known = new Set(held.flatMap(({ includedPermissions }) => includedPermissions));

  it.each(held)("$name holds what Google published of it, as far as the lab goes", (role) => {
    const own = roles.find(({ name }) => name === role.name);
    const wanted = own?.includedPermissions.filter((permission) => known.has(permission)) ?? [];
    const given = role.includedPermissions.filter((permission) => told.has(permission));
    expect([own?.title ?? role.title, given.toSorted()]).toEqual([role.title, wanted.toSorted()]);
  });
});
