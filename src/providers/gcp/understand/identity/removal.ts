import type { PathStep, Removal, StatementRef } from "../../../../identity/estate.ts";
import type { Principal } from "../../../../identity/principal.ts";
import type { Allowed, Bound } from "./bindings.ts";

/**
 * The smallest change that takes a right away: without a path, the bindings that grant it; with one, the binding of its weakest link.
 * https://docs.cloud.google.com/sdk/gcloud/reference/projects/remove-iam-policy-binding
 */
export function createRemoval(
  allowed: Pick<Allowed, "boundOf">,
): (principal: Principal, statements: readonly StatementRef[], path: readonly PathStep[]) => Removal {
  return (principal, statements, path) => {
    const link = path.find(({ statement }) => statement !== null && allowed.boundOf(statement) !== null);
    if (link !== undefined && link.statement !== null) {
      const member = link === path[0] ? principal.id : null;
      const bound = allowed.boundOf(link.statement);
      return {
        text: `Take away what lets ${member ?? "the identity before it"} take the step "${link.says}": ${said(link.statement, bound)}.`,
        cli: bound === null ? [] : commandFor(bound, link.statement.attachedTo ?? member),
      };
    }
    const allows = statements.filter(({ effect, layer }) => effect === "allow" && layer === "allow policy");
    const [only] = allows;
    if (only === undefined) return { text: `Take the rights of ${principal.id} away.`, cli: [] };
    const cli = allows.flatMap((ref) => {
      const bound = allowed.boundOf(ref);
      return bound === null ? [] : commandFor(bound, ref.attachedTo ?? principal.id);
    });
    if (allows.length === 1) {
      return {
        text: `Take ${principal.id} out of ${said(only, allowed.boundOf(only))}, or bind a narrower role.`,
        cli,
      };
    }
    const all = allows.map((ref) => said(ref, allowed.boundOf(ref))).join("; ");
    return { text: `Take ${principal.id} out of each of ${all}, or bind narrower roles.`, cli };
  };
}

function said({ policy, statement, attachedTo }: StatementRef, bound: Bound | null): string {
  const where = bound === null ? policy : bound.resource;
  return `the binding of ${statement} in the allow policy of ${where}${attachedTo === null ? "" : ` (held by ${attachedTo})`}`;
}

/** By a group it is the group's binding; whom a step belongs to that is not the principal itself, nobody can say in one command. */
function commandFor({ resource, role, condition }: Bound, member: string | null): readonly string[] {
  if (member === null) return [];
  const account = /^projects\/([^/]+)\/serviceAccounts\/([^/]+)$/.exec(resource);
  const [, kind = "", name = ""] = /^(projects|folders|organizations)\/([^/]+)$/.exec(resource) ?? [];
  const target =
    account === null
      ? `${kind === "projects" ? "projects" : kind === "folders" ? "resource-manager folders" : "organizations"} remove-iam-policy-binding ${shellWord(name)}`
      : `iam service-accounts remove-iam-policy-binding ${shellWord(account[2] ?? "")} --project=${shellWord(account[1] ?? "")}`;
  if (account === null && kind === "") return [];
  return [
    `gcloud ${target} --member=${shellWord(member)} --role=${shellWord(role.name)} --condition=${condition === null ? "None" : shellWord(conditionFlag(condition))}`,
  ];
}

/**
 * All of a condition has to be named to take its binding away. gcloud splits at commas unless it is told of another sign, which the text must not hold.
 * https://docs.cloud.google.com/sdk/gcloud/reference/topic/escaping
 */
function conditionFlag({ title, description, expression }: NonNullable<Bound["condition"]>): string {
  const parts = [
    `expression=${expression}`,
    ...(title === null ? [] : [`title=${title}`]),
    ...(description === null ? [] : [`description=${description}`]),
  ];
  const sign = [":", ";", "|", "~", "#"].find((each) => !parts.some((part) => part.includes(each))) ?? "@";
  return `^${sign}^${parts.join(sign)}`;
}

/** Text as one word of a POSIX shell. Names come from records that anybody may have written. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
