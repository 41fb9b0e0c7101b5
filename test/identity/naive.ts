// An interpreter of AWS policies for one whole request, written from AWS's documentation and sharing no code with the engine: it knows nothing of
// unknowns, sets or patterns in common, only whether one request is allowed. Slow and simple on purpose.
import type { Json } from "../../src/model/finding.ts";

export type Policy = Readonly<Record<string, Json>>;

/** Everything that a request says: keys as written in the documentation, in any case. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

/** The policies that bear on a principal: each of `caps` has to allow by itself. */
export interface Layers {
  readonly identity: readonly Policy[];
  readonly caps: readonly (readonly Policy[])[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
export function isAllowed(request: Request, { identity, caps }: Layers): boolean {
  const says = (effect: string, policies: readonly Policy[]): boolean =>
    policies.some((policy) =>
      listOf(policy["Statement"]).some(
        (statement) => isRecord(statement) && statement["Effect"] === effect && applies(statement, request),
      ),
    );
  if ([identity, ...caps].some((policies) => says("Deny", policies))) return false;
  return [identity, ...caps].every((policies) => says("Allow", policies));
}

function applies(statement: Policy, request: Request): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const action = Action === undefined ? !isAction(NotAction, request.action) : isAction(Action, request.action);
  const resource = Resource === undefined ? !isResource(NotResource, request) : isResource(Resource, request);
  return action && resource && holds(Condition, request);
}

function isAction(patterns: Json | undefined, action: string): boolean {
  return texts(patterns).some((pattern) => glob(pattern.toLowerCase()).test(action.toLowerCase()));
}

function isResource(patterns: Json | undefined, request: Request): boolean {
  return texts(patterns).some((pattern) => matches(pattern, request.resource, request, true));
}

/** Whether a text matches a pattern of a policy, its variables filled in from the request. */
function matches(pattern: string, text: string, request: Request, wildcards: boolean): boolean {
  let source = "";
  let rest = pattern;
  while (rest !== "") {
    const variable = /^\$\{([^}]*)\}/.exec(rest);
    if (variable !== null) {
      const name = variable[1] ?? "";
      const value = ["*", "?", "$"].includes(name) ? name : valueOf(request, name);
      if (typeof value !== "string") return false;
      source += escape(value);
      rest = rest.slice(variable[0].length);
      continue;
    }
    const letter = rest[0] ?? "";
    source += wildcards && letter === "*" ? "[^]*" : wildcards && letter === "?" ? "[^]" : escape(letter);
    rest = rest.slice(1);
  }
  return new RegExp(`^${source}$`).test(text);
}

function glob(pattern: string): RegExp {
  return new RegExp(
    `^${escape(pattern)
      .replaceAll(String.raw`\*`, "[^]*")
      .replaceAll(String.raw`\?`, "[^]")}$`,
  );
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}

function valueOf({ context }: Request, key: string): string | readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function holds(condition: Json | undefined, request: Request): boolean {
  if (!isRecord(condition)) return true;
  return Object.entries(condition).every(
    ([operator, keys]) =>
      isRecord(keys) && Object.entries(keys).every(([key, values]) => test(operator, key, texts(values), request)),
  );
}

function test(operator: string, key: string, wanted: readonly string[], request: Request): boolean {
  const value = valueOf(request, key);
  if (operator === "Null") return wanted.some((text) => (text === "true") === (value === undefined));
  const ifExists = operator.endsWith("IfExists");
  const plain = operator.replace(/IfExists$/, "").replace(/^ForA(?:ll|ny)Values?:/, "");
  const one = (each: string): boolean => {
    const [positive, isNegated] = positiveOf(plain);
    return wanted.some((text) => compare(positive, text, each, request)) !== isNegated;
  };
  if (operator.startsWith("ForAllValues:")) return value === undefined || listOf(value).every((each) => one(each));
  if (operator.startsWith("ForAnyValue:")) {
    return value === undefined ? ifExists : listOf(value).some((each) => one(each));
  }
  if (value === undefined) return ifExists || plain.includes("Not");
  return one(listOf(value)[0] ?? "");
}

function positiveOf(operator: string): readonly [string, boolean] {
  if (operator === "NotIpAddress") return ["IpAddress", true];
  return [operator.replace("Not", ""), operator.includes("Not")];
}

function compare(operator: string, wanted: string, value: string, request: Request): boolean {
  switch (operator) {
    case "StringEquals":
      return matches(wanted, value, request, false);
    case "StringEqualsIgnoreCase":
      return matches(wanted.toLowerCase(), value.toLowerCase(), request, false);
    case "StringLike":
      return matches(wanted, value, request, true);
    case "Bool":
      return wanted.toLowerCase() === value.toLowerCase();
    case "IpAddress":
      return isWithin(value, wanted);
    case "NumericEquals":
      return Number(value) === Number(wanted);
    case "NumericLessThan":
      return Number(value) < Number(wanted);
    case "NumericGreaterThanEquals":
      return Number(value) >= Number(wanted);
    case "DateLessThan":
      return Date.parse(value) < Date.parse(wanted);
    case "DateGreaterThan":
      return Date.parse(value) > Date.parse(wanted);
    default:
      throw new Error(`the naive evaluator does not know ${operator}`);
  }
}

/** IPv4 alone. */
function isWithin(address: string, cidr: string): boolean {
  const [base = "", bits = "32"] = cidr.split("/");
  const number = (text: string): number => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) || !/^\d+\.\d+\.\d+\.\d+$/.test(base)) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(address) / size) === Math.floor(number(base) / size);
}

function texts(value: Json | undefined): readonly string[] {
  return listOf(value).map(String);
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function isRecord(value: Json | undefined): value is Policy {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
