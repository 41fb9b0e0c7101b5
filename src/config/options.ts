import { severities } from "../model/severity.ts";

/** Where an option is shown in `--help`. */
export type OptionGroup = "Question" | "Targets" | "Input" | "Report" | "Gate" | "AWS" | "Azure" | "Google" | "General";

interface OptionBase {
  readonly describe: string;
  readonly group: OptionGroup;
  /** Only ever meant for one run of one command: no environment variable and no key of rampart.yaml stands for it. */
  readonly flagOnly?: true;
}

/**
 * One setting. Unless it is for one run alone, it can be given as a flag, as an environment variable and as a key of rampart.yaml, in that order of
 * precedence.
 */
export type OptionSpec = OptionBase &
  (
    | { readonly type: "boolean"; readonly default: boolean }
    | { readonly type: "string"; readonly default: string | null; readonly choices?: readonly string[] }
    | { readonly type: "number"; readonly default: number; readonly min: number; readonly max: number }
    | { readonly type: "list"; readonly choices?: readonly string[] }
  );

/** The formats a report can be rendered in; reports/ has one renderer for each. */
export const formatNames = ["table", "json", "sarif", "html", "markdown", "csv", "junit", "ocsf", "asff"] as const;
export type FormatName = (typeof formatNames)[number];

/** Every option of every command, by the name it has as a flag. */
export const options = {
  to: {
    type: "string",
    default: null,
    group: "Question",
    describe: "Endpoint asked about: an id, name, ARN or address",
  },
  from: {
    type: "string",
    default: "internet",
    group: "Question",
    describe: "Where packets come from: internet, an address or CIDR block, or an endpoint",
  },
  port: {
    type: "string",
    default: null,
    group: "Question",
    describe: "The endpoint's port, or a range of them: 8000-8080",
  },
  protocol: {
    type: "string",
    default: null,
    group: "Question",
    describe: "Protocol by name or number. Default: every one; tcp with --port",
  },
  resource: {
    type: "string",
    default: null,
    group: "Question",
    describe: "Firewall asked about: an id, name, ARN or self link. Default: any",
  },
  profile: { type: "list", group: "AWS", describe: "Profile of the AWS configuration files; repeatable" },
  region: {
    type: "list",
    group: "AWS",
    describe: "Region to scan; repeatable. Default: every Region that is opted in",
  },
  account: {
    type: "list",
    group: "AWS",
    describe: "Account to scan; repeatable. With --role, the role is assumed in each",
  },
  organization: {
    type: "boolean",
    default: false,
    group: "AWS",
    describe: "Scan every active account of the organization, with --role",
  },
  role: { type: "string", default: null, group: "AWS", describe: "Role to assume in each account: a name or an ARN" },
  "external-id": {
    type: "string",
    default: null,
    group: "AWS",
    describe: "External id that the role's trust policy asks for",
  },
  "guardduty-list": {
    type: "list",
    group: "AWS",
    describe: "File of a GuardDuty list that the policy lets be read: s3://BUCKET/KEY; repeatable",
  },
  subscription: {
    type: "list",
    group: "Azure",
    describe: "Subscription to scan, by id or name; repeatable. Default: every enabled one",
  },
  "management-group": {
    type: "list",
    group: "Azure",
    describe: "Management group whose subscriptions to scan, by id; repeatable",
  },
  tenant: { type: "string", default: null, group: "Azure", describe: "Tenant to sign in to, by id or domain" },
  project: {
    type: "list",
    group: "Google",
    describe: "Project to scan, by id or number; repeatable. Default: every active one",
  },
  folder: { type: "list", group: "Google", describe: "Folder whose projects to scan, by number; repeatable" },
  "organization-id": {
    type: "string",
    default: null,
    group: "Google",
    describe: "Organization whose projects to scan, by number",
  },
  "impersonate-service-account": {
    type: "string",
    default: null,
    group: "Google",
    describe: "Service account to act as, by address",
  },
  snapshot: {
    type: "list",
    group: "Input",
    describe: "Analyse a saved snapshot instead of live targets; repeatable, merged",
  },
  import: {
    type: "list",
    group: "Input",
    describe: "Analyse JSON that a cloud's own CLI printed: a file or a folder; repeatable",
  },
  format: {
    type: "string",
    default: "table",
    choices: formatNames,
    group: "Report",
    describe: "Format of the report on stdout",
  },
  output: { type: "list", group: "Report", describe: "Also write the report to a file, as FORMAT=PATH; repeatable" },
  "min-severity": {
    type: "string",
    default: "low",
    choices: severities,
    group: "Report",
    describe: "Least severity to show",
  },
  "show-suppressed": {
    type: "boolean",
    default: false,
    group: "Report",
    describe: "List suppressed findings in the table too",
  },
  color: {
    type: "string",
    default: "auto",
    choices: ["auto", "always", "never"],
    group: "Report",
    describe: "Colour in the table",
  },
  "fail-on": {
    type: "string",
    default: "high",
    choices: [...severities, "none"],
    group: "Gate",
    describe: "Exit with 1 for findings of this severity or graver",
  },
  "allow-incomplete": {
    type: "boolean",
    default: false,
    group: "Gate",
    describe: "Do not exit with 3 when something could not be read",
  },
  check: { type: "list", group: "Gate", describe: "Run only these checks; repeatable" },
  skip: { type: "list", group: "Gate", describe: "Leave these checks out; repeatable" },
  baseline: {
    type: "string",
    default: null,
    group: "Gate",
    describe: "JSON report of an earlier scan: what is new since then is marked, and alone counts for --fail-on",
  },
  "suppression-file": {
    type: "list",
    group: "Gate",
    describe: "File of suppressions, beside those of rampart.yaml; repeatable",
  },
  "strict-suppressions": {
    type: "boolean",
    default: false,
    group: "Gate",
    describe: "Exit with 2 when a suppression has ended or matches nothing",
  },
  concurrency: {
    type: "number",
    default: 32,
    min: 1,
    max: 512,
    group: "General",
    describe: "API calls in flight at once, over all targets",
  },
  "call-timeout": {
    type: "number",
    default: 30,
    min: 1,
    max: 600,
    group: "General",
    describe: "Deadline of a single API call, in seconds",
  },
  timeout: {
    type: "string",
    default: null,
    group: "General",
    describe: "End reading after this time (90s, 30m, 2h) and report what was read as incomplete",
  },
  quiet: { type: "boolean", default: false, group: "General", describe: "No progress on stderr" },
  resume: {
    type: "boolean",
    default: false,
    group: "General",
    flagOnly: true,
    describe: "Go on where a run that was cut short ended, without asking again for what it had read",
  },
  expected: {
    type: "boolean",
    default: false,
    group: "General",
    flagOnly: true,
    describe: "List who can change firewalls today as expected",
  },
  force: {
    type: "boolean",
    default: false,
    group: "General",
    flagOnly: true,
    describe: "Replace the file that is there",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionName = keyof typeof options;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table is a literal, so its keys are exactly its names
export const optionNames = Object.keys(options) as readonly OptionName[];

/** What an option resolves to once flags, environment, file and default are weighed. */
export type OptionValue<Name extends OptionName> = (typeof options)[Name] extends { readonly type: "boolean" }
  ? boolean
  : (typeof options)[Name] extends { readonly type: "number" }
    ? number
    : (typeof options)[Name] extends { readonly type: "list" }
      ? readonly string[]
      : (typeof options)[Name] extends { readonly choices: readonly (infer Choice)[]; readonly default: string }
        ? Choice
        : string | null;

export type Options = { readonly [Name in OptionName]: OptionValue<Name> };

/** `fail-on` -> `RAMPART_FAIL_ON`. */
export function environmentName(option: string): string {
  return `RAMPART_${option.replaceAll("-", "_").toUpperCase()}`;
}

/** `fail-on` -> `failOn`: the key in rampart.yaml. */
export function configKey(option: string): string {
  return option.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
