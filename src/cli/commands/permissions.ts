import type { Options } from "../../config/options.ts";
import type { Cloud } from "../../model/resource.ts";
import { awsPermissions } from "../../providers/aws/permissions.ts";
import { azurePermissions } from "../../providers/azure/permissions.ts";
import { gcpPermissions } from "../../providers/gcp/permissions.ts";
import { cloudsOf } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";

/** `rampart permissions CLOUD`: the policy document on stdout, ready for a file; what its parts are for, and what it leaves out, on stderr. */
export async function permissions(invocation: Invocation, io: Io): Promise<ExitCode> {
  const { options } = await configure(invocation, io);
  const [cloud] = cloudsOf(invocation.operands, options);
  const { document, notes } = neededOn(cloud ?? "aws", options);
  await io.out(`${JSON.stringify(document, null, 2)}\n`);
  for (const note of notes) io.err(`rampart: ${note}\n`);
  return exitCodes.clean;
}

interface Needed {
  readonly document: object;
  readonly notes: readonly string[];
}

function neededOn(cloud: Cloud, options: Options): Needed {
  if (cloud === "azure") return ofRole(azurePermissions());
  return cloud === "gcp" ? ofRole(gcpPermissions()) : ofAws(options);
}

function ofAws({ organization, role, "guardduty-list": listFiles }: Options): Needed {
  const { policy, notes } = awsPermissions({ listFiles, organization, role });
  return { document: policy, notes };
}

function ofRole({ role, notes }: { readonly role: object; readonly notes: readonly string[] }): Needed {
  return { document: role, notes };
}
