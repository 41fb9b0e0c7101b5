import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { terminalText } from "../../reports/escape/terminal.ts";
import { shorten } from "../../reports/escape/shorten.ts";
import { compareTexts } from "../scan/order.ts";
import type { Io } from "./io.ts";

/** What this machine knows of one cloud, read from the files and variables that the cloud's own tools use; nothing is asked of the cloud itself. */
export interface FoundCloud {
  readonly name: "AWS" | "Azure" | "Google Cloud";
  /** What was found and where, for people; null when nothing was. Safe to print on one line. */
  readonly found: string | null;
  /** The key of rampart.yaml that chooses among it. */
  readonly key: "profile" | "subscription" | "project";
  /** Values for the key. Untrusted. */
  readonly values: readonly string[];
}

/** How many values are listed of what may be hundreds. */
const most = 20;

/** Looks for each cloud's sign-in. Reads names alone: no key and no token leaves the files that hold them. */
export async function findClouds({ env }: Pick<Io, "env">): Promise<readonly FoundCloud[]> {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? null;
  const at = (variable: string, ...path: readonly string[]): string | null => {
    const set = env[variable];
    if (set !== undefined && set !== "") return set;
    return home === null ? null : join(home, ...path);
  };
  return [
    await findAws(
      env,
      at("AWS_CONFIG_FILE", ".aws", "config"),
      at("AWS_SHARED_CREDENTIALS_FILE", ".aws", "credentials"),
    ),
    await findAzure(env, at("AZURE_CONFIG_DIR", ".azure")),
    await findGoogle(env, at("CLOUDSDK_CONFIG", ".config", "gcloud")),
  ];
}

type Environment = Io["env"];

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html */
async function findAws(env: Environment, config: string | null, credentials: string | null): Promise<FoundCloud> {
  const names = (text: string | null, pattern: RegExp): readonly string[] =>
    [...(text ?? "").matchAll(pattern)].map((match) => (match[1] ?? "default").trim());
  const profiles = [
    ...names(await textOf(config), /^\[(?:profile\s+([^\]]+)|default)\]/gm),
    ...names(await textOf(credentials), /^\[([^\]]+)\]/gm),
  ];
  const values = distinct(profiles);
  const told = [
    ...(isSet(env, "AWS_ACCESS_KEY_ID") ? ["AWS_ACCESS_KEY_ID is set"] : []),
    ...(isSet(env, "AWS_PROFILE") ? [`AWS_PROFILE is ${env["AWS_PROFILE"] ?? ""}`] : []),
    ...counted(values, "profile", config),
  ];
  return { name: "AWS", found: line(told), key: "profile", values: values.slice(0, most) };
}

/** `az login` keeps what it may see in azureProfile.json. https://learn.microsoft.com/cli/azure/azure-cli-configuration */
async function findAzure(env: Environment, folder: string | null): Promise<FoundCloud> {
  const path = folder === null ? null : join(folder, "azureProfile.json");
  const list = member(json(await textOf(path)), "subscriptions");
  const enabled = (Array.isArray(list) ? list : []).filter((each) => member(each, "state") === "Enabled");
  const values = distinct(enabled.flatMap((each) => texts(member(each, "name"))));
  const told = [
    ...(isSet(env, "AZURE_CLIENT_ID") && isSet(env, "AZURE_TENANT_ID")
      ? ["AZURE_CLIENT_ID and AZURE_TENANT_ID are set"]
      : []),
    ...counted(values, "subscription", path),
  ];
  return { name: "Azure", found: line(told), key: "subscription", values: values.slice(0, most) };
}

/** https://docs.cloud.google.com/docs/authentication/application-default-credentials */
async function findGoogle(env: Environment, folder: string | null): Promise<FoundCloud> {
  const wellKnown = folder === null ? null : join(folder, "application_default_credentials.json");
  const configured = await textOf(folder === null ? null : join(folder, "configurations", "config_default"));
  const project =
    ["GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"].map((name) => env[name] ?? "").find((value) => value !== "") ??
    /^\s*project\s*=\s*(\S+)/m.exec(configured ?? "")?.[1] ??
    null;
  const told = [
    ...(isSet(env, "GOOGLE_APPLICATION_CREDENTIALS") ? ["GOOGLE_APPLICATION_CREDENTIALS is set"] : []),
    ...((await textOf(wellKnown)) === null ? [] : [`application default credentials in ${wellKnown ?? ""}`]),
    ...(project === null ? [] : [`the project of gcloud is ${project}`]),
  ];
  return { name: "Google Cloud", found: line(told), key: "project", values: project === null ? [] : [project] };
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

function counted(values: readonly string[], word: string, path: string | null): readonly string[] {
  if (values.length === 0) return [];
  return [`${values.length} ${word}${values.length === 1 ? "" : "s"} in ${path ?? "the files of its tools"}`];
}

function line(told: readonly string[]): string | null {
  return told.length === 0 ? null : terminalText(shorten(told.join("; "), 400), true);
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].filter((value) => value !== "").toSorted(compareTexts);
}

/** A file that is not there, or that nobody may read, tells nothing. */
async function textOf(path: string | null): Promise<string | null> {
  if (path === null) return null;
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}

function json(text: string | null): unknown {
  try {
    return JSON.parse((text ?? "").replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function texts(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}
