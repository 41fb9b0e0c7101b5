import type { Json } from "../../../../model/finding.ts";
import { isObject } from "../../../read.ts";
import { parseArn } from "./arn.ts";
import type { ReadStatement } from "./statements.ts";
import { textsOf } from "./statements.ts";

/** One principal that a policy of a resource names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
export type NamedPrincipal =
  | { readonly kind: "anyone" }
  /** Everyone in an account whom the account itself lets. */
  | { readonly kind: "account"; readonly account: string }
  /** A user, a role, or one session of a role: then `arn` is the role's and `session` the session's name. */
  | { readonly kind: "identity"; readonly arn: string; readonly account: string; readonly session: string | null }
  | { readonly kind: "service"; readonly name: string }
  /** A SAML or OIDC provider of the account by its ARN, or a public provider by its host. */
  | { readonly kind: "federated"; readonly provider: string }
  /** Matches nobody: a deleted identity's id, a kind of principal that cannot assume roles. */
  | { readonly kind: "nobody"; readonly text: string };

/** Who a statement speaks of. */
export interface Principals {
  readonly list: readonly NamedPrincipal[];
  /** It speaks of everyone else. */
  readonly negated: boolean;
}

/** The Principal or NotPrincipal element of a statement; null when it has neither, both, or something else there. */
export function principalsOf({ source }: ReadStatement): Principals | null {
  const { Principal: here, NotPrincipal: not } = source;
  if ((here === undefined) === (not === undefined)) return null;
  const list = readPrincipals(here ?? not);
  return list === null ? null : { list, negated: here === undefined };
}

function readPrincipals(value: Json | undefined): readonly NamedPrincipal[] | null {
  if (value === "*") return [{ kind: "anyone" }];
  if (!isObject(value)) return null;
  const principals: NamedPrincipal[] = [];
  for (const [type, names] of Object.entries(value)) {
    const texts = textsOf(names);
    if (texts === null) return null;
    for (const text of texts) principals.push(readPrincipal(type, text));
  }
  return principals;
}

function readPrincipal(type: string, text: string): NamedPrincipal {
  switch (type) {
    case "AWS":
      return readAws(text);
    case "Service":
      return { kind: "service", name: text.toLowerCase() };
    case "Federated":
      return text === "*" ? { kind: "anyone" } : { kind: "federated", provider: text };
    default:
      return { kind: "nobody", text: `${type} ${text}` };
  }
}

function readAws(text: string): NamedPrincipal {
  if (text === "*") return { kind: "anyone" };
  if (/^\d{12}$/.test(text)) return { kind: "account", account: text };
  const arn = parseArn(text);
  if (arn === null) return { kind: "nobody", text };
  const { service, account, resource } = arn;
  if (service === "iam" && resource === "root") return { kind: "account", account };
  if (service === "iam") return { kind: "identity", arn: text, account, session: null };
  const [, role, session] = /^assumed-role\/([^/]+)\/(.+)$/.exec(resource) ?? [];
  if (service !== "sts" || role === undefined || session === undefined) return { kind: "nobody", text };
  return { kind: "identity", arn: `arn:${arn.partition}:iam::${account}:role/${role}`, account, session };
}
