import type { PathStep, Removal, StatementRef } from "../../../../identity/estate.ts";
import type { Principal } from "../../../../identity/principal.ts";

/**
 * The smallest change that takes a right away: without a path, the assignments that grant it; with one, what lets the first step be taken.
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-remove
 */
export function removalOf(
  principal: Principal,
  statements: readonly StatementRef[],
  path: readonly PathStep[],
): Removal {
  const link = path.find(({ statement }) => statement !== null);
  if (link !== undefined && link.statement !== null) {
    const who = link === path[0] ? principal.id : "the identity before it";
    return {
      text: `Take away what lets ${who} take the step "${link.says}": ${said(link.statement)}.`,
      cli: commandFor(link.statement, link === path[0] ? principal : null),
    };
  }
  const allows = statements.filter(({ effect }) => effect === "allow");
  const [only] = allows;
  if (only === undefined) return { text: `Take the rights of ${principal.id} away.`, cli: [] };
  const cli = [...new Set(allows.flatMap((statement) => commandFor(statement, principal)))];
  if (allows.length === 1) return { text: `${changeOf(only, principal)}.`, cli };
  return {
    text: `Take away each of ${allows.map(said).join("; ")}: one of them is enough to grant it.`,
    cli,
  };
}

function changeOf(statement: StatementRef, { id }: Principal): string {
  const { attachedTo, layer } = statement;
  if (attachedTo !== null && !attachedTo.includes(id)) {
    return `Take ${id} out of the group ${attachedTo}, or, where none of its members needs it, take away ${said(statement)}`;
  }
  if (layer === "role assignment") return `Delete ${said(statement)}, or assign a narrower role at a narrower scope`;
  return `Take away ${said(statement)}`;
}

function said({ statement, layer, policy, attachedTo }: StatementRef): string {
  return `the ${layer} ${policy} (${statement})${attachedTo === null ? "" : `, which the group ${attachedTo} holds`}`;
}

/** Commands of the Azure CLI, with shell-quoted ids. */
function commandFor(
  { layer, policy, statement, attachedTo }: StatementRef,
  principal: Principal | null,
): readonly string[] {
  const group = idIn(attachedTo ?? "");
  if (group !== null && principal !== null && principal.id !== group) {
    return [`az ad group member remove --group ${shellWord(group)} --member-id ${shellWord(principal.id)}`];
  }
  const graph = "https://graph.microsoft.com/v1.0";
  switch (layer) {
    case "role assignment":
      return policy.startsWith("/") ? [`az role assignment delete --ids ${shellWord(policy)}`] : [];
    case "Lighthouse delegation":
      return [`az managedservices assignment delete --assignment ${shellWord(policy)}`];
    case "Microsoft Entra role":
      return [
        `az rest --method delete --url ${shellWord(`${graph}/roleManagement/directory/roleAssignments/${policy}`)}`,
      ];
    case "Microsoft Graph permission":
      if (principal === null) return [];
      return [
        `az rest --method delete --url ${shellWord(`${graph}/servicePrincipals/${principal.id}/appRoleAssignments/${policy}`)}`,
      ];
    case "ownership": {
      const owned = idIn(policy);
      if (principal === null || owned === null) return [];
      const owner = `--owner-object-id ${shellWord(principal.id)}`;
      if (statement === "owner of the group") return [`az ad group owner remove --group ${owned} ${owner}`];
      return statement === "owner of the application" ? [`az ad app owner remove --id ${owned} ${owner}`] : [];
    }
    case "federated credential":
      return policy.startsWith("/") ? [`az resource delete --ids ${shellWord(policy)}`] : [];
    default:
      return [];
  }
}

/** The object id at the end of a text: `Operators (0f…)`. */
function idIn(text: string): string | null {
  return /([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\)?$/i.exec(text)?.[1] ?? null;
}

/** Text as one word of a POSIX shell. Names come from records that anybody may have written. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
