import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it, vi } from "vitest";

import { createPrincipals } from "../../../lab/aws/principals.ts";
import type { AwsEstate } from "../../../lab/estate.ts";
import { UsageError } from "../../../src/model/error.ts";
import { awsProvider } from "../../../src/providers/aws/provider.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { management, member, smallEstate, stranger, suspended } from "./small-estate.ts";

const organization = { organization: true, role: "auditor", externalId: "ext-1" };
const oneRegion = { regions: ["us-east-1"] };

function accountsIn(records: readonly { readonly account: string }[]): readonly string[] {
  return [...new Set(records.map(({ account }) => account))].toSorted();
}

describe("Regions", () => {
  it("takes every Region that is opted in; one that is not is disabled, which is no gap", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, member));
    expect(snapshot.targets.map(({ region, status }) => `${region} ${status}`).toSorted()).toEqual([
      "ap-east-1 disabled",
      "eu-west-1 scanned",
      "us-east-1 scanned",
    ]);
    expect(rowOf(snapshot, "*", { region: "ap-east-1" })).toMatchObject({ status: "disabled", items: 0 });
    expect(snapshot.coverage.filter(({ region }) => region === "ap-east-1")).toHaveLength(1);
  });

  it("says which named Region does not exist, and what it is near", async () => {
    await expect(
      withLab(smallEstate, {}, (lab) => collectFrom(lab, member, { regions: ["eu-wset-1"] })),
    ).rejects.toThrow(new UsageError('AWS has no Region "eu-wset-1"; did you mean eu-west-1?'));
  });

  it("takes named Regions as they are when the account does not tell its own", async () => {
    const faults = [{ operation: "ec2:DescribeRegions", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) =>
      collectFrom(lab, member, { regions: ["eu-west-1"] }),
    );
    expect(snapshot.targets.map(({ region }) => region)).toEqual(["eu-west-1"]);
    // Nothing rests on it where the Regions are named, so it is no gap; the calls there tell whether the Region is one.
    const gaps = snapshot.coverage.filter(({ status }) => status !== "complete" && status !== "disabled");
    // What a member is not told of its organization is another matter.
    expect(gaps.filter(({ operation }) => !operation.startsWith("organizations:"))).toEqual([]);
    expect(rowOf(snapshot, "ec2:DescribeRegions")).toBeUndefined();
    expect(snapshot.notes).toEqual([
      expect.stringMatching(/does not tell its Regions .*DescribeRegions.* as they are/),
    ]);
  });

  it("scans the caller's Region alone, and says so, when the account tells none and none is named", async () => {
    const faults = [{ operation: "ec2:DescribeRegions", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, member));
    expect(snapshot.targets).toHaveLength(1);
    expect(snapshot.notes).toEqual([expect.stringContaining("does not tell its Regions")]);
    expect(rowOf(snapshot, "ec2:DescribeRegions")?.status).toBe("denied");
  });

  it("reads a Region that turns out to be off as denied, never as empty", async () => {
    const faults = [{ operation: "*", kind: "region-off", region: "eu-west-1" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) =>
      collectFrom(lab, member, { regions: ["eu-west-1"] }),
    );
    expect(rowOf(snapshot, "ec2:DescribeSecurityGroups", { region: "eu-west-1" })?.status).toBe("denied");
  });
});

describe("an organization", () => {
  it("enters every active account, the caller's own with its own credentials, and says what it skips", async () => {
    const { snapshot, assumed } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, management, organization),
      assumed: lab.requests
        .filter(({ operation }) => operation === "sts:AssumeRole")
        .map(({ input }) => input["RoleArn"]),
    }));
    expect(assumed).toEqual([`arn:aws:iam::${member}:role/auditor`]);
    expect(recordsOf(snapshot, "organizations:ListAccounts")).toHaveLength(3);
    expect(accountsIn(recordsOf(snapshot, "ec2:DescribeVpcs"))).toEqual([management, member]);
    expect(snapshot.targets.find(({ account }) => account === suspended)).toMatchObject({
      name: "suspended",
      status: "skipped",
      note: expect.stringContaining("SUSPENDED"),
    });
    expect(snapshot.targets.find(({ account, region }) => account === member && region === "us-east-1")?.name).toBe(
      "member",
    );
    // The member is denied what the management account tells of Identity Center, and that is settled.
    const settled = awsProvider.settleCoverage(snapshot);
    expect(settled.filter(({ status }) => status !== "complete" && status !== "disabled")).toEqual([]);
    expect(JSON.stringify(snapshot)).not.toContain("ASIA");
  });

  it("goes on when a role cannot be assumed", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, management, { ...organization, ...oneRegion, externalId: "wrong" }),
    );
    expect(rowOf(snapshot, "sts:AssumeRole", { account: member })).toMatchObject({
      region: "global",
      status: "denied",
      error: expect.stringContaining("sts:AssumeRole"),
    });
    expect(snapshot.targets.find(({ account }) => account === member)).toMatchObject({ status: "skipped" });
    expect(accountsIn(recordsOf(snapshot, "ec2:DescribeVpcs"))).toEqual([management]);
    expect(JSON.stringify(snapshot)).not.toContain("wrong");
  });

  it("scans the caller alone when the accounts cannot be listed", async () => {
    const faults = [{ operation: "organizations:ListAccounts", kind: "access-denied" }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) =>
      collectFrom(lab, management, { ...organization, ...oneRegion }),
    );
    expect(rowOf(snapshot, "organizations:ListAccounts")?.status).toBe("denied");
    expect(accountsIn(recordsOf(snapshot, "ec2:DescribeVpcs"))).toEqual([management]);
    expect(snapshot.notes).toEqual([expect.stringContaining("could not be listed")]);
  });

  it("that is not there is a usage error", async () => {
    const { organization: _, ...alone } = smallEstate;
    const run = withLab(alone, {}, (lab) => collectFrom(lab, management, { ...organization, ...oneRegion }));
    await expect(run).rejects.toThrow(
      new UsageError(`Account ${management} belongs to no organization: leave out --organization`),
    );
  });

  it("skips a suspended account that was named, too", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, management, { ...organization, ...oneRegion, accounts: [suspended] }),
    );
    expect(snapshot.targets).toEqual([expect.objectContaining({ account: suspended, status: "skipped" })]);
  });

  it("is narrowed by --account", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, management, { ...organization, ...oneRegion, accounts: [member] }),
    );
    expect(accountsIn(snapshot.targets)).toEqual([member]);
  });
});

describe("a role", () => {
  const estate: AwsEstate = {
    ...smallEstate,
    accounts: smallEstate.accounts.map((account) =>
      account.id === management ? { ...account, roles: [{ name: "auditor", trusts: [management] }] } : account,
    ),
  };

  it.each([
    ["by name in the caller's own account", { role: "auditor" }, management],
    ["by name in the accounts named", { role: "auditor", externalId: "ext-1", accounts: [member] }, member],
    ["by ARN in its account", { role: `arn:aws:iam::${member}:role/auditor`, externalId: "ext-1" }, member],
  ])("is assumed %s", async (_where, options, account) => {
    const snapshot = await withLab(estate, {}, (lab) => collectFrom(lab, management, { ...oneRegion, ...options }));
    expect(rowOf(snapshot, "sts:AssumeRole", { account })?.status).toBe("complete");
    expect(accountsIn(recordsOf(snapshot, "ec2:DescribeVpcs"))).toEqual([account]);
    expect(recordsOf(snapshot, "sts:AssumeRole")).toEqual([]);
  });
});

describe("a role's credentials", () => {
  it("are renewed before they end, though every place for calls is taken", async () => {
    const { accessKeyId, secretAccessKey } = createPrincipals(smallEstate).credentialsFor(member);
    const soon = (): object => ({
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: "",
      Expiration: new Date(Date.now() + 60_000),
    });
    const answers = new Map([["sts:AssumeRole", () => ({ Credentials: soon() })]]);
    const { snapshot, renewals } = await withLab(smallEstate, { answers }, async (lab) => ({
      snapshot: await collectFrom(lab, management, {
        ...oneRegion,
        role: "auditor",
        accounts: [member],
        concurrency: 1,
        callTimeoutMs: 3_000,
      }),
      renewals: lab.requests.filter(({ operation }) => operation === "sts:AssumeRole").length,
    }));
    expect(renewals).toBeGreaterThan(1);
    expect(recordsOf(snapshot, "ec2:DescribeVpcs")).toHaveLength(1);
  });
});

describe("options that cannot be meant", () => {
  it.each([
    ["--organization without a role", { organization: true }, /--organization needs --role/],
    [
      "--organization with a role's ARN",
      { organization: true, role: `arn:aws:iam::${member}:role/a` },
      /the role's name/,
    ],
    ["an external id without a role", { externalId: "x" }, /belongs to a role/],
    ["a role that is none", { role: "no role!" }, /neither the name nor the ARN/],
    ["an account id that is none", { accounts: ["12"] }, /12 digits/],
    [
      "an account that nothing leads to",
      { accounts: [stranger] },
      /do not lead to account 999999999999, but to 222222222222/,
    ],
  ])("%s is a usage error", async (_what, options, message) => {
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, member, { ...oneRegion, ...options }));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("credentials", () => {
  const folders: string[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  async function sharedFiles(files: { readonly config: string; readonly credentials: string }): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "rampart-aws-"));
    folders.push(folder);
    await writeFile(join(folder, "config"), files.config);
    await writeFile(join(folder, "credentials"), files.credentials);
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    for (const name of [
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "AWS_PROFILE",
      "AWS_REGION",
    ]) {
      vi.stubEnv(name, undefined);
    }
  }

  it("come from profiles, each account being scanned once; the Region to ask first and the endpoint as the SDK finds them", async () => {
    const { snapshot, asked } = await withLab(smallEstate, {}, async (lab) => {
      const section = (profile: string, account: string): string => {
        const { accessKeyId, secretAccessKey } = lab.credentialsFor(account);
        return `[${profile}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
      };
      await sharedFiles({
        config: ["a", "b", "c"].map((name) => `[profile ${name}]\nregion=eu-west-1\n`).join(""),
        credentials: section("a", management) + section("b", member) + section("c", member),
      });
      vi.stubEnv("AWS_ENDPOINT_URL", lab.endpoint);
      const options = { ...oneRegion, profiles: ["a", "b", "c"], credentials: null, endpoint: null };
      return { snapshot: await collectFrom(lab, management, options), asked: [...lab.requests] };
    });
    const identities = asked.filter(({ operation }) => operation === "sts:GetCallerIdentity");
    expect(identities.map(({ region }) => region)).toEqual(["eu-west-1", "eu-west-1", "eu-west-1"]);
    expect(accountsIn(recordsOf(snapshot, "ec2:DescribeVpcs"))).toEqual([management, member]);
    expect(recordsOf(snapshot, "ec2:DescribeVpcs")).toHaveLength(4);
    expect(snapshot.notes).toEqual([expect.stringContaining(`leads to account ${member}`)]);
  });

  it("that are missing are a usage error with the next step", async () => {
    await sharedFiles({ config: "", credentials: "" });
    const run = withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, management, { credentials: null, profiles: ["nobody"] }),
    );
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(
      /No AWS credentials were found for profile "nobody": \S+ and \S+ hold no profile of that name, none at all\./,
    );
  });

  const start = "https://example.awsapps.com/start";
  const sso = `sso_start_url=${start}\nsso_region=us-east-1\nsso_account_id=111122223333\nsso_role_name=R\n`;
  it.each([
    [
      "a profile that is not there",
      "[profile other]\nregion=eu-west-1\n",
      /hold no profile of that name, only other\. Name one/,
    ],
    ["an SSO session that is over", `[profile p]\n${sso}`, /SSO session .*\. Sign in with `aws sso login --profile p`/],
    [
      "an SSO profile that lacks settings",
      "[profile p]\nsso_account_id=1\n",
      /Required parameters.*`aws configure sso --profile p`/,
    ],
    [
      "a credential_process that fails",
      '[profile p]\ncredential_process=/bin/sh -c "echo hunter2 >&2; exit 3" --password hunter2\n',
      /its credential_process failed or printed no credentials\. Run the command/,
    ],
    ["a broken line", "[profile p\nregion=eu-west-1\n", /line 1 of \S+config is neither a \[section\] nor a setting/],
    [
      "a role whose source is not there",
      "[profile p]\nrole_arn=arn:aws:iam::111122223333:role/r\nsource_profile=q\n",
      /its source_profile "q" is not in/,
    ],
    [
      "a web identity whose token is not there",
      "[profile p]\nrole_arn=arn:aws:iam::111122223333:role/r\nweb_identity_token_file=/nowhere/token\n",
      /ENOENT.*\. Mend what it takes/,
    ],
    [
      "a profile without any",
      "[profile p]\nregion=eu-west-1\n",
      /the profile holds none\. Add them with `aws configure --profile p`/,
    ],
  ])("that are missing say why: %s", async (_what, config, message) => {
    await sharedFiles({ config, credentials: "" });
    vi.stubEnv("HOME", tmpdir());
    const run = withLab(smallEstate, {}, (lab) =>
      collectFrom(lab, management, { credentials: null, profiles: ["p"], regions: ["us-east-1"] }),
    );
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.not.toThrow(/hunter2|\n/);
  });

  it("that are missing because a file is not where the environment says name the variable", async () => {
    await sharedFiles({ config: "", credentials: "" });
    vi.stubEnv("AWS_CONFIG_FILE", join(tmpdir(), "rampart-nowhere", "config"));
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, management, { credentials: null }));
    await expect(run).rejects.toThrow(/config, which AWS_CONFIG_FILE names, could not be read \(ENOENT\)/);
  });

  it.each(["localhost:4566", "foo", "http://", "ftp://example.com"])(
    "are not blamed for the endpoint %s: the variable is",
    async (address) => {
      vi.stubEnv("AWS_ENDPOINT_URL_STS", address);
      const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, management, { ...oneRegion, endpoint: null }));
      await expect(run).rejects.toThrow(UsageError);
      await expect(run).rejects.toThrow(/AWS_ENDPOINT_URL_STS is no address of an HTTP service/);
    },
  );

  it("are not blamed for an endpoint_url of the configuration file", async () => {
    await sharedFiles({
      config: "[profile p]\nregion=eu-west-1\nendpoint_url=foo\n",
      credentials: "[p]\naws_access_key_id=AKIAX\naws_secret_access_key=x\n",
    });
    vi.stubEnv("AWS_PROFILE", "p");
    const options = { ...oneRegion, credentials: null, endpoint: null };
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, management, options));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/An endpoint_url in the AWS configuration file/);
  });

  it("that AWS does not accept are a usage error without the key", async () => {
    const credentials = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "unknown-secret" };
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, management, { credentials }));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/wrong or expired/);
    await expect(run).rejects.not.toThrow(/AKIAUNKNOWN|unknown-secret/);
  });

  it("whose account AWS does not tell leave an incomplete scan", async () => {
    const faults = [{ operation: "sts:GetCallerIdentity", kind: "unavailable", retryAfterSeconds: 0 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, management));
    expect(snapshot.coverage).toEqual([
      expect.objectContaining({ account: "unknown", operation: "sts:GetCallerIdentity", status: "unreachable" }),
    ]);
    expect(snapshot.targets).toEqual([expect.objectContaining({ account: "unknown", status: "skipped" })]);
  });
});
