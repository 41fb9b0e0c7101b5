import { UsageError } from "../../model/error.ts";
import { awsPermissions } from "../../providers/aws/permissions.ts";
import { cloudsOf } from "../acquire.ts";
import { configure } from "../configuration.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";

/** `rampart permissions CLOUD`: the policy document on stdout, ready for a file; what its parts are for, and what it leaves out, on stderr. */
export async function permissions(invocation: Invocation, io: Io): Promise<ExitCode> {
  const [cloud] = cloudsOf(invocation.operands);
  if (cloud !== "aws") throw new UsageError(`${cloud ?? "permissions"}: no policy for this cloud`);
  const { options } = await configure(invocation, io);
  const { organization, role, "guardduty-list": listFiles } = options;
  const { policy, notes } = awsPermissions({ listFiles, organization, role });
  await io.out(`${JSON.stringify(policy, null, 2)}\n`);
  for (const note of notes) io.err(`rampart: ${note}\n`);
  return exitCodes.clean;
}
