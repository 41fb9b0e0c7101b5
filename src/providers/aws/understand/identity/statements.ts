import type { ActionSet } from "../../../../identity/actions.ts";
import { allOf, type Condition } from "../../../../identity/condition.ts";
import type { StatementRef } from "../../../../identity/estate.ts";
import type { Globs } from "../../../../identity/glob.ts";
import type { ResourceSet, Statement } from "../../../../identity/statement.ts";
import type { Json } from "../../../../model/finding.ts";
import type { VendorObject } from "../../../../snapshot/record.ts";
import { isObject } from "../../../read.ts";
import { readCondition } from "./conditions.ts";
import { readPattern } from "./templates.ts";

/** What a policy is, for its statements. */
export interface PolicyPlace {
  /** The policy's own id or name. Untrusted. */
  readonly policy: string;
  /** `identity policy`, `permissions boundary`, `service control policy`, `resource control policy`, `trust policy`. */
  readonly layer: string;
  /** {@link StatementRef.attachedTo}. */
  readonly attachedTo: string | null;
  /** Short ARNs are filled up with wildcards; organizations' policies take them as they are. */
  readonly padsArns: boolean;
  /** Trust policies name principals and no resources. */
  readonly names: "resources" | "principals";
}

/** A statement with what its principals say, for policies that name principals. */
export interface ReadStatement extends Statement {
  /** The statement as the document has it. */
  readonly source: VendorObject;
}

/**
 * The statements of a policy document. A document, statement or element that is not as documented is not left out: it may allow
 * and it may deny, with its place named.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @param document null when it could not be read
 */
export function readStatements(
  document: VendorObject | null,
  place: PolicyPlace,
  globs: Globs,
): readonly ReadStatement[] {
  if (document === null)
    return unreadPolicy(`the document of ${place.layer} ${place.policy} cannot be understood`, place, globs);
  const { Statement: list, Version: version } = document;
  const statements: readonly (Json | undefined)[] = isList(list) ? list : [list];
  const variables = version === "2012-10-17";
  return statements.flatMap((statement, index) => readStatement(statement, index, variables, place, globs));
}

/** What stands for a policy that could not be read: it may allow anything and may deny anything. */
export function unreadPolicy(missing: string, place: PolicyPlace, globs: Globs): readonly ReadStatement[] {
  return (["allow", "deny"] as const).map((effect): ReadStatement => ({
    effect,
    actions: { include: [globs.pattern("*", true)], except: [] },
    resources: everything(globs),
    condition: { kind: "unread", missing },
    ref: refOf(place, "*", effect),
    breadth: null,
    source: {},
  }));
}

function readStatement(
  value: Json | undefined,
  index: number,
  variables: boolean,
  place: PolicyPlace,
  globs: Globs,
): readonly ReadStatement[] {
  const name = isObject(value) && typeof value["Sid"] === "string" && value["Sid"] !== "" ? value["Sid"] : `#${index}`;
  const where = `statement ${name} of ${place.layer} ${place.policy}`;
  if (!isObject(value)) return unreadPolicy(`${where} cannot be understood`, place, globs);
  const problems: string[] = [];
  const actions =
    readActions(value, globs) ?? problem(problems, "Action", { include: [globs.pattern("*", true)], except: [] });
  const resources =
    place.names === "principals"
      ? everything(globs)
      : (readResources(value, variables, place, globs) ?? problem(problems, "Resource", everything(globs)));
  const conditions: Condition[] = [readCondition(value["Condition"], { globs, variables, where })];
  const effect = value["Effect"] === "Allow" ? "allow" : value["Effect"] === "Deny" ? "deny" : null;
  if (effect === null) problems.push("Effect");
  for (const element of problems)
    conditions.push({ kind: "unread", missing: `${element} of ${where} cannot be understood` });
  const effects: readonly Statement["effect"][] = effect === null ? ["allow", "deny"] : [effect];
  return effects.map((each): ReadStatement => ({
    effect: each,
    actions,
    resources,
    condition: allOf(conditions),
    ref: refOf(place, name, each),
    breadth: each === "allow" ? breadthOf(value) : null,
    source: value,
  }));
}

function problem<T>(problems: string[], element: string, instead: T): T {
  problems.push(element);
  return instead;
}

function refOf({ policy, layer, attachedTo }: PolicyPlace, statement: string, effect: "allow" | "deny"): StatementRef {
  return { policy, statement, effect, layer, attachedTo };
}

function everything(globs: Globs): ResourceSet {
  return { include: [{ kind: "glob", glob: globs.all }], except: [] };
}

/** What makes a statement far wider than firewalls: a whole service, every service, or everything but. */
function breadthOf(statement: VendorObject): string | null {
  const excepted = textsOf(statement["NotAction"]);
  if (excepted !== null) return "NotAction";
  const wide = (textsOf(statement["Action"]) ?? []).filter((text) => /^(?:[^:]*\*[^:]*|[^:]+:\*+)$/.test(text));
  return wide.find((text) => !text.includes(":")) ?? wide[0] ?? null;
}

/** Action or NotAction; exactly one of them. Actions fold case and have no variables. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
function readActions(statement: VendorObject, globs: Globs): ActionSet | null {
  const { positive, texts } = element(statement, "Action", "NotAction");
  if (texts === null) return null;
  const patterns = texts.map((text) => globs.pattern(text, true));
  return positive ? { include: patterns, except: [] } : { include: [globs.pattern("*", true)], except: patterns };
}

/** Resource or NotResource; exactly one of them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
function readResources(
  statement: VendorObject,
  variables: boolean,
  place: PolicyPlace,
  globs: Globs,
): ResourceSet | null {
  const { positive, texts } = element(statement, "Resource", "NotResource");
  if (texts === null) return null;
  const reading = { wildcards: true, byPart: false, variables, foldsCase: false };
  const patterns = texts.map((text) => readPattern(place.padsArns ? padded(text) : text, reading, globs));
  return positive ? { include: patterns, except: [] } : { ...everything(globs), except: patterns };
}

/** An ARN with fewer than six parts stands for all that begins with it. */
function padded(text: string): string {
  if (!text.startsWith("arn:") || text.endsWith("*")) return text;
  const lacking = 6 - text.split(":").length;
  return lacking > 0 ? text + ":*".repeat(lacking) : text;
}

function element(
  statement: VendorObject,
  name: string,
  opposite: string,
): { readonly positive: boolean; readonly texts: readonly string[] | null } {
  const here = statement[name];
  const there = statement[opposite];
  const positive = here !== undefined;
  // Both, or neither, is no statement.
  if ((here === undefined) === (there === undefined)) return { positive, texts: null };
  return { positive, texts: textsOf(here ?? there) };
}

/** One text or a list of texts; null for anything else. */
export function textsOf(value: Json | undefined): readonly string[] | null {
  const list: readonly (Json | undefined)[] = isList(value) ? value : [value];
  const texts = list.filter((each) => typeof each === "string");
  return texts.length === list.length ? texts : null;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
