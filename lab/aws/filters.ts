import type { Call } from "./call.ts";
import { serviceError } from "./errors.ts";
import { isObject } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

/** Filter names that are not the path of a member, by the path they stand for. */
const aliases: Readonly<Record<string, string>> = {
  "instance-state-name": "state.name",
  "instance-state-code": "state.code",
};

/**
 * The items that pass the `Filters` (or `Filter`) of an EC2 request: all filters hold, any value of a filter will do, `*`
 * and `?` are wildcards. A filter's name is the hyphenated path of a member (`attachment.vpc-id`, `tag:Name`).
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 * @throws AwsError when a filter names a member that the items do not have.
 */
export function filtered<Item>(call: Call, itemShape: Shape, items: readonly Item[]): readonly Item[] {
  const filters = requestFilters(call);
  return items.filter((item) => filters.every((filter) => passes(call, filter, itemShape, item)));
}

interface RequestFilter {
  readonly name: string;
  readonly patterns: readonly RegExp[];
}

function requestFilters(call: Call): readonly RequestFilter[] {
  const given = call.input["Filters"] ?? call.input["Filter"];
  const filters: readonly unknown[] = Array.isArray(given) ? given : [];
  return filters.filter(isObject).map((filter) => {
    const values: readonly unknown[] = Array.isArray(filter["Values"]) ? filter["Values"] : [];
    return { name: String(filter["Name"]), patterns: values.map((value) => wildcard(String(value))) };
  });
}

function passes(call: Call, { name, patterns }: RequestFilter, shape: Shape, item: unknown): boolean {
  const values = filterValues(shape, item, name);
  if (values === null) throw serviceError(call.errors.invalidParameter, `The filter '${name}' is invalid`);
  return values.some((value) => patterns.some((pattern) => pattern.test(value)));
}

function filterValues(shape: Shape, item: unknown, name: string): readonly string[] | null {
  if (name.startsWith("tag:")) {
    const key = name.slice("tag:".length);
    return tagsOf(item)
      .filter((tag) => tag["Key"] === key)
      .map((tag) => String(tag["Value"]));
  }
  if (name === "tag-key") return tagsOf(item).map((tag) => String(tag["Key"]));
  const path = (aliases[name] ?? name).split(".");
  return valuesAt(shape, item, path) ?? valuesBelow(shape, item, path);
}

/** The values at a path of hyphenated member names, or null when the shape has no such path. */
function valuesAt(shape: Shape, value: unknown, path: readonly string[]): readonly string[] | null {
  if (shape.kind === "list") {
    const items: readonly unknown[] = Array.isArray(value) ? value : [undefined];
    const found = items.map((item) => valuesAt(shape.member.shape, item, path));
    return found.includes(null) ? null : found.flatMap((values) => values ?? []);
  }
  const [segment, ...rest] = path;
  if (segment === undefined) return scalarTexts(value);
  if (shape.kind !== "structure") return null;
  const wanted = segment.replaceAll("-", "").toLowerCase();
  const member = shape.members.find(({ name }) => [wanted, `${wanted}s`, `${wanted}set`].includes(name.toLowerCase()));
  if (member === undefined) return null;
  return valuesAt(member.shape, isObject(value) ? value[member.name] : undefined, rest);
}

/** Some filters leave out the list they look in: `vpc-id` of a reservation is that of its instances. */
function valuesBelow(shape: Shape, value: unknown, path: readonly string[]): readonly string[] | null {
  if (shape.kind !== "structure") return null;
  for (const member of shape.members) {
    if (member.shape.kind !== "list" || member.shape.member.shape.kind !== "structure") continue;
    const values = valuesAt(member.shape, isObject(value) ? value[member.name] : undefined, path);
    if (values !== null) return values;
  }
  return null;
}

function scalarTexts(value: unknown): readonly string[] {
  if (value instanceof Date) return [value.toISOString()];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [String(value)] : [];
}

function tagsOf(item: unknown): readonly Readonly<Record<string, unknown>>[] {
  const tags = isObject(item) ? item["Tags"] : undefined;
  return Array.isArray(tags) ? tags.filter(isObject) : [];
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s");
}
