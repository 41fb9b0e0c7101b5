import { gaxios, GoogleAuth, Impersonated, JWT } from "google-auth-library";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { type GcpLab, startGcpLab } from "../../../lab/gcp/server.ts";
import { ask, machineToken, member, plainly } from "./asking.ts";
import { smallEstate } from "./small-estate.ts";

const { serviceAccount } = smallEstate.identity;
const audit = "audit@main.iam.gserviceaccount.com";
const scopes = ["https://www.googleapis.com/auth/cloud-platform"];
const project = "/compute/v1/projects/main";

let lab: GcpLab;
beforeAll(async () => {
  lab = await startGcpLab(smallEstate);
  for (const [name, value] of Object.entries(lab.environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await lab.close();
});

/** Whom the lab takes the last request for. */
function lastPrincipal(): string | null | undefined {
  return lab.requests.at(-1)?.principal;
}

describe("the metadata server", () => {
  const flavor = { "metadata-flavor": "Google" };
  it.each([
    ["project/project-id", "main"],
    ["universe/universe-domain", "googleapis.com"],
    ["instance/service-accounts/default/email", serviceAccount],
    [`instance/service-accounts/${serviceAccount}/email`, serviceAccount],
  ])("tells %s", async (key, told) => {
    const { body, headers } = await plainly(lab, `/computeMetadata/v1/${key}`, { headers: flavor });
    expect(body).toBe(told);
    expect(headers.get("metadata-flavor")).toBe("Google");
    expect(lab.requests.at(-1)?.operation).toBe("metadata");
  });

  it.each([
    ["whoever does not say that it knows whom it speaks to", "project/project-id", {}, 403],
    ["a key that is not there", "instance/attributes/secret", flavor, 404],
    ["somebody else's token", "instance/service-accounts/other@x.example/token", flavor, 404],
  ])("refuses %s", async (_what, key, headers, status) => {
    expect((await plainly(lab, `/computeMetadata/v1/${key}`, { headers })).status).toBe(status);
  });

  it("is all that Application Default Credentials need", async () => {
    const auth = new GoogleAuth({ scopes });
    expect(await auth.getProjectId()).toBe("main");
    expect(await auth.getUniverseDomain()).toBe("googleapis.com");
    const { status } = await (await auth.getClient()).request({ url: `${lab.endpoint}${project}` });
    expect(status).toBe(200);
    expect(lastPrincipal()).toBe(serviceAccount);
  });
});

describe("a key of the service account", () => {
  /** The library has Google's own address for it; the lab's takes its place. */
  async function tokenBy(key: string, email = serviceAccount): Promise<string | null | undefined> {
    const transporter = new gaxios.Gaxios();
    transporter.interceptors.request.add({
      resolved: (request) => Promise.resolve({ ...request, url: new URL(lab.options.tokenUrl) }),
    });
    const { token } = await new JWT({ email, key, scopes, transporter }).getAccessToken();
    return token;
  }

  it("is good for a token", async () => {
    const token = await tokenBy(lab.keyFile()["private_key"] ?? "");
    expect((await plainly(lab, project, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(lastPrincipal()).toBe(serviceAccount);
  });

  it("is not good for somebody else", async () => {
    await expect(tokenBy(lab.keyFile()["private_key"] ?? "", "other@x.example")).rejects.toThrow("invalid_grant");
  });

  /** Says whom it is from, and is signed by nobody. */
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = `${part({ alg: "RS256" })}.${part({ iss: serviceAccount, exp: 4_102_444_800 })}.eA`;
  const grant = "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer";

  it.each([
    ["a statement that nobody signed", `${grant}&assertion=${forged}`, "invalid_grant"],
    ["no statement", grant, "invalid_grant"],
    ["another grant", "grant_type=password", "unsupported_grant_type"],
  ])("is not %s", async (_what, body, error) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await plainly(lab, "/token", { method: "POST", headers, body });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });
});

describe("acting as somebody else", () => {
  const path = (account: string): string => `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`;

  it("is for whom the estate allows it", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const sourceClient = await new GoogleAuth({ scopes }).getClient();
    const endpoint = lab.options.iamcredentials.replace(/\/$/, "");
    const client = new Impersonated({ sourceClient, targetPrincipal: audit, targetScopes: scopes, endpoint });
    expect((await client.request({ url: `${lab.endpoint}${project}` })).status).toBe(200);
    expect(lastPrincipal()).toBe(audit);
    expect(warn).toHaveBeenCalledOnce();
  });

  it("is for nobody else, and not for whom it was done by", async () => {
    const refused = { error: { status: "PERMISSION_DENIED", details: [{ reason: "IAM_PERMISSION_DENIED" }] } };
    expect((await ask(lab, path("other@x.example"), { method: "POST" })).body).toMatchObject(refused);
    const { body } = await ask(lab, path(audit), { method: "POST" });
    const token = String(member(body, "accessToken"));
    const again = await plainly(lab, path(audit), { method: "POST", headers: { authorization: `Bearer ${token}` } });
    expect(again.body).toMatchObject(refused);
  });

  it("takes somebody to begin with", async () => {
    expect((await plainly(lab, path(audit), { method: "POST" })).status).toBe(401);
    expect(lab.requests.at(-1)?.operation).toBe("iamcredentials.projects.serviceAccounts.generateAccessToken");
  });
});

describe("a token", () => {
  it("is another each time, and good for this lab alone", async () => {
    const [one, two] = [await machineToken(lab), await machineToken(lab)];
    expect(one).not.toBe(two);
    const other = await startGcpLab(smallEstate);
    try {
      expect((await plainly(other, project, { headers: { authorization: `Bearer ${one}` } })).status).toBe(401);
    } finally {
      await other.close();
    }
  });
});
