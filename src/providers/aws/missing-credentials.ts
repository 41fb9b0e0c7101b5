import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { oneLine } from "../shared/call.ts";

type Settings = Readonly<Record<string, string | undefined>>;

/** The settings of the shared configuration files by profile, the credentials file over the configuration file as the SDK has it. */
type Profiles = Readonly<Record<string, Settings>>;

/** A shared configuration file: where it is looked for, and the variable that says so. */
interface SharedFile {
  readonly path: string;
  readonly variable: string | null;
}

const otherWays = "name a profile with --profile, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
/** What the SDK says when every way it knows led nowhere: no cause that would help. */
const saysNothing = /^Could not load credentials from any providers/;

/**
 * Why no credentials were found, with the next step: what the SDK says where that is more than that there are none, and what the shared
 * configuration files say of the profile. Never a value of a setting: the command of a `credential_process` may hold a password, and so may
 * what it prints.
 * @param profile as named by the user; null: what AWS_PROFILE names, or `default`
 * @param cause what the SDK threw
 */
export async function missingCredentials(
  profile: string | null,
  cause: unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const named = profile ?? environment["AWS_PROFILE"] ?? null;
  const head = `No AWS credentials were found${named === null ? "" : ` for profile ${JSON.stringify(named)}`}`;
  const broken = await brokenFile(environment);
  if (broken !== null) return `${head}: ${broken}`;
  const { profiles, files } = await readProfiles(environment);
  const settings = profiles[named ?? "default"];
  const option = named === null ? "" : ` --profile ${quoted(named)}`;
  if (settings === undefined) {
    if (named === null) return `${head}: run \`aws configure\` or \`aws sso login\`, ${otherWays}`;
    const known = Object.keys(profiles).filter((name) => !name.includes("."));
    const there =
      known.length === 0
        ? "none at all"
        : `only ${known.slice(0, 10).join(", ")}${known.length > 10 ? ` and ${known.length - 10} more` : ""}`;
    return `${head}: ${files} hold no profile of that name, ${oneLine(there)}. Name one that is there, or make it with \`aws configure${option}\``;
  }
  if (settings["credential_process"] !== undefined) {
    return `${head}: its credential_process failed or printed no credentials. Run the command that credential_process names in ${files} yourself to see why`;
  }
  const said = sentenceOf(cause);
  const reason = said === null ? "" : `: ${said}`;
  if (settings["sso_session"] !== undefined || settings["sso_start_url"] !== undefined) {
    return `${head}${reason}. Sign in with \`aws sso login${option}\` and try again`;
  }
  if (Object.keys(settings).some((name) => name.startsWith("sso_"))) {
    return `${head}${reason}. Complete its settings with \`aws configure sso${option}\``;
  }
  if (settings["login_session"] !== undefined) {
    return `${head}${reason}. Sign in with \`aws login${option}\` and try again`;
  }
  if (settings["role_arn"] !== undefined) {
    const source = settings["source_profile"];
    const missing = source !== undefined && profiles[source] === undefined;
    const why = missing ? `: its source_profile ${JSON.stringify(source)} is not in ${files}` : reason;
    return `${head}${why}. Mend what it takes its role's first credentials from: source_profile, credential_source, web_identity_token_file or mfa_serial`;
  }
  return `${head}${reason === "" ? ": the profile holds none" : reason}. Add them with \`aws configure${option}\` or \`aws configure sso${option}\`, ${otherWays}`;
}

/** What the SDK says, in one line; null where it says nothing of use, or repeats a command. */
function sentenceOf(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  const text = oneLine(cause.message).replace(/\.$/, "");
  return text === "" || saysNothing.test(text) || /command failed|credential_process/i.test(text) ? null : text;
}

function sharedFiles(environment: Readonly<Record<string, string | undefined>>): readonly SharedFile[] {
  return [
    { variable: "AWS_CONFIG_FILE", name: "config" },
    { variable: "AWS_SHARED_CREDENTIALS_FILE", name: "credentials" },
  ].map(({ variable, name }) => {
    const path = environment[variable];
    return path === undefined || path === ""
      ? { path: join(homedir(), ".aws", name), variable: null }
      : { path: path.replace(/^~(?=\/)/, homedir()), variable };
  });
}

async function readProfiles(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly profiles: Profiles; readonly files: string }> {
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const profiles: Record<string, Settings> = { ...configFile };
  for (const [name, settings] of Object.entries(credentialsFile)) profiles[name] = { ...profiles[name], ...settings };
  const files = sharedFiles(environment).map(({ path }) => path);
  return { profiles, files: files.join(" and ") };
}

/** What is wrong with the shared files themselves, which the SDK reads past in silence. */
async function brokenFile(environment: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  for (const { path, variable } of sharedFiles(environment)) {
    try {
      const line = brokenLine(await readFile(path, "utf8"));
      if (line !== null)
        return `line ${line} of ${path} is neither a [section] nor a setting = value. Mend it and try again`;
    } catch (error) {
      const code = error instanceof Error ? Reflect.get(error, "code") : null;
      if (code === "ENOENT" && variable === null) continue;
      const where = variable === null ? "" : `, which ${variable} names,`;
      return `the file ${path}${where} could not be read (${String(code)}). Mend its name or its permissions and try again`;
    }
  }
  return null;
}

/** The number of the first line that is no section, setting, comment or blank; null when there is none. */
function brokenLine(text: string): number | null {
  const at = text.split(/\r?\n/).findIndex((line) => {
    const content = line.trim();
    if (content === "" || /^[#;]/.test(content)) return false;
    return content.startsWith("[") ? !/^\[[^\]]+\]\s*(?:[#;].*)?$/.test(content) : !content.includes("=");
  });
  return at < 0 ? null : at + 1;
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.@/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
