import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAwsLab, type AwsLab } from "../../lab/aws/server.ts";
import { demoAzureEstate } from "../../lab/azure/demo-estate.ts";
import { startAzureLab, type AzureLab } from "../../lab/azure/server.ts";
import { demoAwsEstate } from "../../lab/demo-estate.ts";
import { demoGcpEstate } from "../../lab/gcp/demo-estate.ts";
import { startGcpLab, type GcpLab } from "../../lab/gcp/server.ts";
import { runRampart } from "../support/rampart-child.ts";

let folder: string;
let aws: AwsLab;
let azure: AzureLab;
let google: GcpLab;
/** An environment without credentials of any cloud, nor a machine's metadata service to ask. */
let none: Readonly<Record<string, string>>;
let ofAws: Readonly<Record<string, string>>;
let ofAzure: Readonly<Record<string, string>>;
let ofGoogle: Readonly<Record<string, string>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rampart-clouds-"));
  [aws, azure, google] = await Promise.all([
    startAwsLab(demoAwsEstate),
    startAzureLab(demoAzureEstate),
    startGcpLab(demoGcpEstate),
  ]);
  const certificate = join(folder, "lab.pem");
  await writeFile(certificate, azure.certificate);
  none = { HOME: folder, AWS_EC2_METADATA_DISABLED: "true", METADATA_SERVER_DETECTION: "none" };
  ofAws = { ...none, ...aws.environmentFor("production") };
  // A machine of Google's finds its credentials at its metadata server.
  ofGoogle = { ...none, ...google.environment, METADATA_SERVER_DETECTION: "assume-present" };
  ofAzure = { ...none, ...azure.environment, NODE_EXTRA_CA_CERTS: certificate };
});
afterAll(async () => {
  await Promise.all([aws.close(), azure.close(), google.close()]);
  await rm(folder, { recursive: true });
});

const scan = (words: readonly string[], environment: Readonly<Record<string, string>>) =>
  runRampart(["scan", ...words, "--format", "json", "--no-config"], environment);

/** Clouds of the targets in a JSON report, and what it notes. */
function readReport(stdout: string) {
  const { scan: about, findings, summary } = JSON.parse(stdout);
  const clouds: readonly string[] = about.targets.map(({ cloud }: { readonly cloud: string }) => cloud);
  return { clouds: [...new Set(clouds)], notes: about.notes.join("\n"), complete: about.complete, findings, summary };
}

describe("rampart scan azure in a process of its own, through @azure/identity and its environment", () => {
  it("reads every enabled subscription, exits with 1 for findings, and loads nothing of AWS", async () => {
    const { code, stdout, stderr, sdks } = await scan(["azure"], ofAzure);
    expect(code, stderr).toBe(1);
    const { clouds, complete, findings } = readReport(stdout);
    expect({ clouds, complete }).toEqual({ clouds: ["azure"], complete: true });
    expect(findings.map(({ check }: { readonly check: string }) => check)).toContain("azure-admin-rule-bypass");
    const desk = findings.find(
      ({ check, message }: { readonly check: string; readonly message: string }) =>
        check === "exposed-admin-port" && message.includes("vm-desk"),
    );
    expect(desk.message).toContain("security admin rule always-allow-support delivers it past every network security");
    expect(desk.remediation.cli.join("\n")).toMatch(/^az network manager .* --rule-name always-allow-support /);
    expect(sdks).toEqual(expect.arrayContaining(["@azure/arm-network", "@azure/identity"]));
    expect(sdks.filter((name) => !name.startsWith("@azure"))).toEqual([]);
  });

  it("exits with 2 and says how to sign in when the secret is wrong", async () => {
    const { code, stdout, stderr } = await scan(["azure"], { ...ofAzure, AZURE_CLIENT_SECRET: "wrong-secret" });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("does not accept the Azure credentials");
    expect(stderr).not.toContain("wrong-secret");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("rampart who-can over the three clouds of the demo", () => {
  it("shows their principals in one table", async () => {
    const environment = { ...ofAws, ...ofAzure, ...ofGoogle };
    const { code, stdout, stderr } = await runRampart(["who-can", "aws", "azure", "gcp", "--no-config"], environment);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^arn:aws:iam::111122223333:user\/ada\.lind +direct$/m);
    expect(stdout).toMatch(/^priya\.nair@harbour-books\.example \([\da-f-]{36}\) +direct$/m);
    expect(stdout).toMatch(/^user:sanne\.bakker@harbour-books\.example +by escalation, 1 step$/m);
  });
});

describe("rampart scan gcp in a process of its own, through Application Default Credentials and its environment", () => {
  it("reads every active project, exits with 1 for findings, and loads nothing of AWS and Azure", async () => {
    const { code, stdout, stderr, sdks } = await scan(["gcp"], ofGoogle);
    expect(code, stderr).toBe(1);
    const { clouds, complete, notes } = readReport(stdout);
    expect({ clouds, complete, notes }).toEqual({ clouds: ["gcp"], complete: true, notes: "" });
    expect(sdks).toEqual(["google-auth-library"]);
    expect(stdout).not.toContain("ya29");
  });

  it("exits with 2 and says how to be let in when a service account may not be acted as", async () => {
    const { code, stdout, stderr } = await scan(
      ["gcp", "--impersonate-service-account", "nobody@example.iam.gserviceaccount.com"],
      ofGoogle,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("may not act as nobody@example.iam.gserviceaccount.com (PERMISSION_DENIED)");
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("rampart scan aws", () => {
  it("loads nothing of Azure and Google", async () => {
    const { code, stdout, stderr, sdks } = await scan(["aws", "--region", "eu-west-1"], ofAws);
    expect(code, stderr).toBe(1);
    expect(readReport(stdout).clouds).toEqual(["aws"]);
    expect(sdks).toContain("@aws-sdk/client-ec2");
    expect(sdks.filter((name) => !name.startsWith("@aws-sdk/"))).toEqual([]);
  });
});

describe("rampart scan without a cloud named", () => {
  it("scans every cloud that has credentials", async () => {
    const { stdout, stderr } = await scan([], { ...ofAws, ...ofAzure, ...ofGoogle });
    expect(
      readReport(stdout).clouds.toSorted((a, b) => a.localeCompare(b)),
      stderr,
    ).toEqual(["aws", "azure", "gcp"]);
  });

  it("leaves a cloud without credentials out, with a note", async () => {
    const { code, stdout, stderr } = await scan([], ofAzure);
    expect(code, stderr).toBe(1);
    const { clouds, notes } = readReport(stdout);
    expect(clouds).toEqual(["azure"]);
    expect(notes).toContain("aws was not scanned: No AWS credentials were found");
    expect(notes).toContain("gcp was not scanned: No Google Cloud credentials were found");
  });

  it("exits with 2 and names all when none has any", async () => {
    const { code, stdout, stderr } = await scan([], none);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("No AWS credentials were found");
    expect(stderr).toContain("No Azure credentials were found");
    expect(stderr).toContain("No Google Cloud credentials were found");
  });

  it.each([
    [["--profile", "nowhere"], "profile", "Azure"],
    [["--subscription", "nowhere"], "Azure", "AWS"],
    [["--project", "nowhere"], "Google Cloud", "AWS"],
  ])("%s speaks of one cloud alone", async (words, spokenOf, other) => {
    const { code, stderr } = await scan(words, none);
    expect(code).toBe(2);
    expect(stderr).toContain(spokenOf);
    expect(stderr).not.toContain(other);
  });
});
