import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { awsPermissions } from "../src/providers/aws/permissions.ts";
import { azurePermissions } from "../src/providers/azure/permissions.ts";
import { gcpPermissions } from "../src/providers/gcp/permissions.ts";

const deploy = join(import.meta.dirname, "../deploy");

/** The role that the files of deploy/ name. */
const roleName = "RampartAudit";

/** Files of deploy/ that say what `rampart permissions` prints, by path, with what they have to hold: it is said in one place. */
export async function deployPolicies(): Promise<ReadonlyMap<string, string>> {
  const account = awsPermissions({ listFiles: [], organization: false, role: null }).policy;
  const organization = awsPermissions({ listFiles: [], organization: true, role: roleName }).policy;
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  const template = join(deploy, "aws/role.yaml");
  return new Map([
    [join(deploy, "aws/policy.json"), json(account)],
    [join(deploy, "aws/organization-policy.json"), json(organization)],
    [join(deploy, "azure/role.json"), json(azurePermissions().role)],
    [join(deploy, "gcp/role.json"), json(gcpPermissions().role)],
    [template, withPolicy(await readFile(template, "utf8"), account)],
  ]);
}

/** The template with the policy in the place of what stands there. */
function withPolicy(template: string, policy: object): string {
  const [start, end] = ["      PolicyDocument:", "  EnterPolicy:"];
  const from = template.indexOf(start);
  const to = template.indexOf(end);
  const body = stringify(policy, { lineWidth: 0 })
    .trimEnd()
    .split("\n")
    .map((line) => `        ${line}`)
    .join("\n");
  return `${template.slice(0, from)}${start}\n${body}\n${template.slice(to)}`;
}

if (import.meta.main) for (const [path, text] of await deployPolicies()) await writeFile(path, text);
