import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { gcpMetadata } from "google-auth-library";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { MissingCredentials, UsageError } from "../../../src/model/error.ts";
import { baseOf, findCloud } from "../../../src/providers/gcp/cloud.ts";
import { collectFrom, recordsOf, rowOf, withLab } from "./collecting.ts";
import { folder, host, inner, main, old, organization, reader, scanner, scripts, smallEstate } from "./small-estate.ts";

const search = "cloudresourcemanager.projects.search";
const projectGet = "cloudresourcemanager.projects.get";
const projectList = "cloudresourcemanager.projects.list";
const folderList = "cloudresourcemanager.folders.list";
const folderGet = "cloudresourcemanager.folders.get";
const empty = "folders/200000000003";

function scanned(targets: readonly { readonly account: string; readonly status: string }[]): readonly string[] {
  return targets.flatMap(({ account, status }) => (status === "scanned" ? [account] : [])).toSorted();
}

describe("projects", () => {
  it("are all active ones that the credentials see, with what lies above them; the others are said", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab));
    expect(scanned(snapshot.targets)).toEqual([folder, inner, host, main, organization].toSorted());
    expect(snapshot.targets.find(({ account }) => account === old)).toEqual({
      cloud: "gcp",
      account: old,
      region: "global",
      name: "Old",
      status: "skipped",
      note: "Google says that the project is DELETE_REQUESTED",
    });
    expect(recordsOf(snapshot, projectGet).map(({ account, data }) => [account, data["name"]])).toEqual([
      [main, "projects/111111111111"],
      [host, "projects/222222222222"],
    ]);
    expect(snapshot.notes).toEqual([expect.stringMatching(/^1 project of Apps Script \(sys-\.\.\.\) was left out/)]);
  });

  it.each([
    ["by id", [host], [host, organization]],
    ["by number, and once for all", ["222222222222", host, `projects/${host}`], [host, organization]],
    ["though Apps Script made it", [scripts], [organization, scripts]],
    ["with all folders above", [main], [folder, inner, main, organization]],
  ])("are named %s", async (_how, projects, expected) => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { projects }));
    expect(scanned(snapshot.targets)).toEqual(expected.toSorted());
    expect(snapshot.targets).toHaveLength(expected.length);
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
  });

  it("that are named and not seen are left out, and the scan is incomplete", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { projects: ["strange-project", host] }));
    expect(scanned(snapshot.targets)).toEqual([host, organization]);
    expect(snapshot.targets.find(({ account }) => account === "strange-project")).toMatchObject({
      status: "skipped",
      note: expect.stringContaining("there is no such project, or the credentials do not see it"),
    });
    expect(rowOf(snapshot, projectGet, "strange-project")).toEqual({
      cloud: "gcp",
      account: "strange-project",
      region: "global",
      operation: projectGet,
      status: "denied",
      items: 0,
      error: "denied (IAM_PERMISSION_DENIED); it needs the permission resourcemanager.projects.get",
    });
  });

  it("that are none are a usage error with the next step", async () => {
    const run = withLab({ ...smallEstate, projects: [] }, {}, (lab) => collectFrom(lab));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/see no Google Cloud project: give them roles\/compute.viewer/);
  });

  it("that were told before the listing broke off are scanned, and the rest is said to be missing", async () => {
    const faults = [{ operation: search, kind: "access-denied", from: 2 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab));
    expect(scanned(snapshot.targets)).toEqual(expect.arrayContaining([main, host]));
    expect(rowOf(snapshot, search)).toMatchObject({ account: "unknown", status: "denied" });
    expect(snapshot.notes).toEqual([expect.stringContaining("Not every project could be listed")]);
  });

  it("that nobody tells leave an incomplete scan, never an empty one", async () => {
    const faults = [{ operation: search, kind: "unavailable", retryAfterSeconds: 0 }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab));
    expect(snapshot.coverage).toEqual([
      expect.objectContaining({ account: "unknown", operation: search, status: "unreachable" }),
    ]);
    expect(snapshot.targets).toEqual([expect.objectContaining({ account: "unknown", status: "skipped" })]);
  });
});

describe("folders and the organization", () => {
  it.each([
    ["a folder by number", { folders: ["200000000001"] }, [main]],
    ["a folder by name", { folders: [inner] }, [main]],
    ["the organization", { organization: "100000000001" }, [main, host]],
    ["a folder and a project besides", { folders: [inner], projects: [host] }, [main, host]],
  ])("lead to every active project below them: %s", async (_what, options, expected) => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, options));
    const projects = scanned(snapshot.targets).filter((account) => !account.includes("/"));
    expect(projects).toEqual(expected.toSorted());
    for (const operation of [projectList, folderList]) {
      expect(rowOf(snapshot, operation)).toMatchObject({ status: "complete", items: 0 });
    }
    expect(rowOf(snapshot, search)).toBeUndefined();
  });

  it("that hold no project are said", async () => {
    const snapshot = await withLab(smallEstate, {}, (lab) => collectFrom(lab, { folders: [empty] }));
    expect(snapshot.targets).toEqual([
      expect.objectContaining({ account: empty, status: "skipped", note: "no active project was found in it" }),
    ]);
  });

  it("that may be listed in part leave a row and a note, and what was told is scanned", async () => {
    const faults = [{ operation: projectList, kind: "access-denied", account: folder }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) =>
      collectFrom(lab, { organization: "organizations/100000000001" }),
    );
    expect(scanned(snapshot.targets)).toEqual(expect.arrayContaining([host, main]));
    expect(rowOf(snapshot, projectList, organization)).toMatchObject({
      status: "denied",
      error: expect.stringMatching(/^1 of 4 requests: denied \(IAM_PERMISSION_DENIED\); it needs the permission/),
    });
    expect(rowOf(snapshot, folderList, organization)?.status).toBe("complete");
    expect(snapshot.notes).toEqual(
      expect.arrayContaining([expect.stringMatching(/^organizations\/100000000001 could not be listed whole/)]),
    );
  });

  it("that may not be read are there all the same, and what lies above one stays unknown", async () => {
    const faults = [{ operation: folderGet, kind: "access-denied", account: inner }] as const;
    const snapshot = await withLab(smallEstate, { faults }, (lab) => collectFrom(lab, { projects: [main] }));
    expect(scanned(snapshot.targets)).toEqual([inner, main]);
    expect(rowOf(snapshot, folderGet, inner)).toMatchObject({ status: "denied", items: 0 });
    expect(rowOf(snapshot, "compute.firewallPolicies.list", inner)?.status).toBe("complete");
  });

  it.each([
    [{ folders: ["a/b"] }, /--folder "a\/b": give the number that `gcloud resource-manager folders list`/],
    [
      { organization: "example.com" },
      /--organization-id "example.com": give the number that `gcloud organizations list`/,
    ],
    [{ projects: [" "] }, /--project " ": give the id/],
    [{ projects: ["a/../b"] }, /--project "a\/..\/b": give the id/],
    [{ impersonate: "nobody" }, /--impersonate-service-account "nobody": give the address/],
  ])("and projects that cannot be meant are a usage error: %j", async (options, message) => {
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, options));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("credentials", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "rampart-gcp-"));
  });
  afterAll(() => rm(home, { recursive: true }));
  beforeEach(() => {
    for (const name of ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_QUOTA_PROJECT", "GCE_METADATA_HOST"]) {
      vi.stubEnv(name, undefined);
    }
    // What gcloud keeps on the developer's own machine is not asked.
    vi.stubEnv("CLOUDSDK_CONFIG", home);
    gcpMetadata.resetIsAvailableCache();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    gcpMetadata.resetIsAvailableCache();
  });

  const byDefault = { credentials: null, projects: [host] };

  it("are those of the machine, and so are the addresses those of the environment", async () => {
    const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => {
      vi.stubEnv("GCE_METADATA_HOST", lab.options.metadataHost);
      const collected = await collectFrom(lab, { ...byDefault, endpoints: {}, environment: lab.environment });
      return { snapshot: collected, requests: [...lab.requests] };
    });
    expect(scanned(snapshot.targets)).toEqual([host, organization]);
    expect(requests.filter(({ operation }) => operation === "token")).toHaveLength(1);
    const asked = requests.filter(({ operation }) => !["token", "metadata"].includes(operation));
    expect(new Set(asked.map(({ principal }) => principal))).toEqual(new Set([scanner]));
  });

  it("may be lent by a service account, which then asks everything", async () => {
    const { snapshot, requests } = await withLab(smallEstate, {}, async (lab) => ({
      snapshot: await collectFrom(lab, { projects: [host], impersonate: reader }),
      requests: [...lab.requests],
    }));
    expect(snapshot.coverage.filter(({ status }) => status !== "complete")).toEqual([]);
    const [lent, ...others] = requests.filter(({ operation }) => operation !== "token");
    expect(lent).toMatchObject({
      operation: "iamcredentials.projects.serviceAccounts.generateAccessToken",
      principal: scanner,
    });
    expect(new Set(others.map(({ principal }) => principal))).toEqual(new Set([reader]));
  });

  it("may be lent by the service account that gcloud is told to act as", async () => {
    const environment = { CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT: reader };
    const principals = await withLab(smallEstate, {}, async (lab) => {
      await collectFrom(lab, { projects: [host], environment });
      return lab.requests.filter(({ operation }) => operation.startsWith("compute.")).map(({ principal }) => principal);
    });
    expect(new Set(principals)).toEqual(new Set([reader]));
  });

  it("that may not act as a service account are a usage error with the next step", async () => {
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, { impersonate: "other@p.iam.gserviceaccount.com" }));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(
      /may not act as other@p.iam.gserviceaccount.com \(PERMISSION_DENIED\): check the address, and give them roles\/iam.serviceAccountTokenCreator/,
    );
  });

  it("that are missing are told apart, with the next step", async () => {
    // Wherever the test runs, it is no machine of Google's.
    vi.stubEnv("METADATA_SERVER_DETECTION", "none");
    gcpMetadata.setGCPResidency(false);
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, byDefault));
    await expect(run).rejects.toThrow(MissingCredentials);
    await expect(run).rejects.toThrow(
      /No Google Cloud credentials were found: run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS/,
    );
  });

  it.each([
    ["a file that is not there", null],
    ["a file that is none", "not JSON, very-secret"],
    ["a file of something else", '{"type":"odd","private_key":"very-secret"}'],
  ])("that are to be in %s are a usage error, and nothing of it is shown", async (_what, content) => {
    const path = join(home, `${content === null ? "nowhere" : "key"}.json`);
    if (content !== null) await writeFile(path, content);
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", path);
    const run = withLab(smallEstate, {}, (lab) => collectFrom(lab, byDefault));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/could not be read: GOOGLE_APPLICATION_CREDENTIALS, or else the file/);
    await expect(run).rejects.not.toThrow(/very-secret/);
  });

  it("that Google does not accept are a usage error with its word, and without the key", async () => {
    const faults = [{ operation: "token", kind: "access-denied" }] as const;
    const run = withLab(smallEstate, { faults }, (lab) => collectFrom(lab));
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(/Google does not accept the Google Cloud credentials \(invalid_grant\)/);
    await expect(run).rejects.not.toThrow(/PRIVATE KEY|assertion/);
  });

  it("of another universe are not sent there", async () => {
    const environment = { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "example.test" };
    const { run, asked } = await withLab(smallEstate, {}, async (lab) => ({
      run: await collectFrom(lab, { environment }).catch((error: unknown) => error),
      asked: lab.requests.length,
    }));
    expect(run).toBeInstanceOf(UsageError);
    expect(String(run)).toContain("belong to another universe than GOOGLE_CLOUD_UNIVERSE_DOMAIN names");
    expect(asked).toBe(0);
  });

  it.each(["reset", "unavailable", "server-error", "malformed", "wrong-shape", "throttled", "timeout"] as const)(
    "for which nobody gives a token (%s) leave an incomplete scan",
    async (kind) => {
      const faults = [{ operation: "token", kind, retryAfterSeconds: 0 }] as const;
      const snapshot = await withLab(smallEstate, { faults }, (lab) =>
        collectFrom(lab, {
          ...(kind === "timeout" ? { callTimeoutMs: 300 } : {}),
          folders: [folder],
          projects: [main],
        }),
      );
      expect(snapshot.coverage.map(({ account, operation, items }) => [account, operation, items])).toEqual([
        [main, projectGet, 0],
        [folder, projectList, 0],
      ]);
      for (const { status } of snapshot.coverage) expect(status).toMatch(/unreachable|malformed|throttled/);
      expect(snapshot.targets.map(({ status }) => status)).toEqual(["skipped", "skipped"]);
      expect(JSON.stringify(snapshot)).not.toMatch(/PRIVATE KEY|assertion|ya29/);
    },
    30_000,
  );

  it("name the project that calls are counted by", async () => {
    vi.stubEnv("GOOGLE_CLOUD_QUOTA_PROJECT", "payer");
    const lab = await withLab(smallEstate, {}, async (running) => {
      vi.stubEnv("GCE_METADATA_HOST", running.options.metadataHost);
      await collectFrom(running, byDefault);
      return { quotas: running.requests.map(({ operation, quotaProject }) => [operation, quotaProject] as const) };
    });
    const counted = lab.quotas.filter(([operation]) => operation.startsWith("compute."));
    expect(new Set(counted.map(([, project]) => project))).toEqual(new Set(["payer"]));
  });
});

describe("the cloud", () => {
  const overrides = "CLOUDSDK_API_ENDPOINT_OVERRIDES";

  it.each([
    ["Google's", {}, "https://compute.googleapis.com/compute/v1/"],
    ["another universe's", { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "s3nsapis.fr" }, "https://compute.s3nsapis.fr/compute/v1/"],
    [
      "somebody's, with the version",
      { [`${overrides}_COMPUTE`]: "https://api.example/compute/v1/" },
      "https://api.example/compute/v1/",
    ],
    ["somebody's, without", { [`${overrides}_COMPUTE`]: "https://api.example" }, "https://api.example/compute/v1/"],
    [
      "somebody's, below a path, with the version of another",
      { [`${overrides}_COMPUTE`]: "https://proxy.example/google/compute/beta" },
      "https://proxy.example/google/compute/v1/",
    ],
    [
      "Google's, with an empty setting",
      { [`${overrides}_COMPUTE`]: " " },
      "https://compute.googleapis.com/compute/v1/",
    ],
  ])("has its Compute Engine at an address of %s", (_whose, environment, expected) => {
    const cloud = findCloud({ endpoints: {}, environment });
    expect(baseOf(cloud, cloud.universe ?? "googleapis.com", "compute", null)).toBe(expected);
  });

  it("has an address for what lies in a zone, unless somebody set one", () => {
    const google = findCloud({ endpoints: {}, environment: {} });
    expect(baseOf(google, "googleapis.com", "cloudresourcemanager", "europe-west1-b")).toBe(
      "https://europe-west1-b-cloudresourcemanager.googleapis.com/v3/",
    );
    const own = findCloud({ endpoints: { cloudresourcemanager: "https://own.example/v3" }, environment: {} });
    expect(baseOf(own, "googleapis.com", "cloudresourcemanager", "europe-west1-b")).toBe("https://own.example/v3/");
  });

  it("takes options before the environment", () => {
    const environment = { [`${overrides}_NETWORKSECURITY`]: "https://one.example/" };
    const cloud = findCloud({ endpoints: { networksecurity: "https://two.example/" }, environment });
    expect(baseOf(cloud, "googleapis.com", "networksecurity", null)).toBe("https://two.example/v1/");
  });

  it.each([
    ["http to another machine", { [`${overrides}_COMPUTE`]: "http://api.example/" }, /must be an https address/],
    ["no address", { [`${overrides}_IAMCREDENTIALS`]: "api.example" }, /OVERRIDES_IAMCREDENTIALS is "api.example"/],
    ["a name and password", { [`${overrides}_COMPUTE`]: "https://u:p@api.example/" }, /must be an https address/],
    ["a universe that is no domain", { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "evil.example/x?" }, /it must be a domain/],
  ])("is a usage error for %s", (_what, environment, message) => {
    expect(() => findCloud({ endpoints: {}, environment })).toThrow(UsageError);
    expect(() => findCloud({ endpoints: {}, environment })).toThrow(message);
  });
});
