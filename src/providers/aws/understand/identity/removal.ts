import type { PathStep, Removal, StatementRef } from "../../../../identity/estate.ts";
import type { Principal } from "../../../../identity/principal.ts";
import { nameOfPath, parseArn } from "./arn.ts";

/**
 * The smallest change that takes a right away: without a path, the statements that grant it; with one, the statement of its weakest link, which is the one
 * that needs the fewest changes elsewhere.
 */
export function removalOf(
  principal: Principal,
  statements: readonly StatementRef[],
  path: readonly PathStep[],
): Removal {
  const link = path.find(({ statement }) => statement !== null);
  if (link !== undefined && link.statement !== null) {
    return {
      text: `Take away what lets ${link === path[0] ? principal.id : "the identity before it"} take the step "${link.says}": ${said(link.statement)}.`,
      cli: commandFor(link.statement, principal),
    };
  }
  const allows = statements.filter(({ effect }) => effect === "allow");
  const [only] = allows;
  if (only === undefined) return { text: `Take the rights of ${principal.id} away.`, cli: [] };
  if (principal.kind === "root") {
    return {
      text: `The root user of account ${principal.resource.account} cannot be limited from within: deny it by a service control policy, or remove its credentials.`,
      cli: [],
    };
  }
  if (allows.length === 1) return { text: `Take the actions out of ${said(only)}.`, cli: commandFor(only, principal) };
  return {
    text: `Take the actions out of each of ${allows.map(said).join("; ")}: one of them is enough to grant them.`,
    cli: allows.flatMap((statement) => commandFor(statement, principal)),
  };
}

function said({ statement, layer, policy, attachedTo }: StatementRef): string {
  return `statement ${statement} of ${layer} ${policy}${attachedTo === null ? "" : ` (attached to ${attachedTo})`}`;
}

/** AWS's own policies can only be detached; from other policies statements have to be taken out, for which there is no one command. */
function commandFor({ policy, attachedTo, layer }: StatementRef, { id, kind }: Principal): readonly string[] {
  if (layer !== "identity policy" || !policy.includes(":iam::aws:policy/")) return [];
  const holder = attachedTo ?? id;
  const resource = parseArn(holder)?.resource ?? "";
  const type = resource.startsWith("group/") ? "group" : kind === "role" || kind === "user" ? kind : null;
  if (type === null || !resource.startsWith(`${type}/`)) return [];
  const name = shellWord(nameOfPath(resource));
  return [`aws iam detach-${type}-policy --${type}-name ${name} --policy-arn ${shellWord(policy)}`];
}

/** Text as one word of a POSIX shell. Names come from records that anybody may have written. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
