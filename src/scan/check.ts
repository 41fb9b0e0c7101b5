import type { IdentityEstate } from "../identity/estate.ts";
import type { ExpectedPrincipal } from "../identity/expected.ts";
import type { Facet } from "../model/facet.ts";
import type { Attack, Controls, Json, Remediation } from "../model/finding.ts";
import type { CheckSummary, ReportTarget } from "../model/report.ts";
import { clouds as everyCloud, type Cloud, type ResourceRef } from "../model/resource.ts";
import type { Severity } from "../model/severity.ts";
import type { PortService } from "../network/port-groups.ts";
import type { NetworkEstate } from "../network/estate.ts";
import type { AwsControls } from "../providers/aws/controls.ts";
import type { AzureControls } from "../providers/azure/controls.ts";
import type { GcpControls } from "../providers/gcp/controls.ts";

/** What a check may ask about: the whole estate, every cloud and account of the scan together. */
export interface Estate {
  /** Targets that were entered: the subjects of checks on an account and Region as such. */
  readonly targets: readonly ReportTarget[];
  /** When it was as it is told, ISO 8601: the end of the reading. What is old or past is so by this, for a check knows no clock. */
  readonly asOf: string;
  /** Accounts of the scan and, where it was read, of their organization: everyone else is outside. */
  readonly ownAccounts: ReadonlySet<string>;
  /** True when the organization's account list was read, so that an account not in `ownAccounts` is certainly outside. */
  readonly organizationKnown: boolean;
  readonly network: NetworkEstate;
  readonly identity: IdentityEstate;
  readonly aws: AwsControls | null;
  readonly azure: AzureControls | null;
  readonly gcp: GcpControls | null;
}

/** The limits a user can set in rampart.yaml; CATALOGUE.md's names. */
export interface CheckSettings {
  /** Ports meant to be public, as L4 services. */
  readonly publicPorts: readonly PortService[];
  readonly adminPorts: readonly PortService[];
  readonly dataPorts: readonly PortService[];
  /** Share of globally routable space from which a set of addresses counts as the internet: 0 to 1. */
  readonly internetShare: number;
  /** Prefix lengths: a public range wider than this is a wide source. */
  readonly wideSource: { readonly ipv4: number; readonly ipv6: number };
  /** Who may change firewalls. */
  readonly expected: readonly ExpectedPrincipal[];
}

/** What a check says of one subject. */
export type Verdict =
  | { readonly status: "pass"; readonly resource: ResourceRef }
  | {
      readonly status: "fail";
      readonly resource: ResourceRef;
      /** The offending rule's key or principal, where a resource can fail more than once. Part of the fingerprint. */
      readonly discriminator?: string;
      readonly message: string;
      readonly evidence: Readonly<Record<string, Json>>;
      /** Replaces the check's general remediation, with real ids. */
      readonly remediation?: Remediation;
    }
  | {
      readonly status: "unknown";
      readonly resource: ResourceRef;
      readonly discriminator?: string;
      /** What could not be decided, and what it would take. */
      readonly message: string;
      readonly evidence: Readonly<Record<string, Json>>;
    };

/** How to make what a check finds go away, on every cloud that the check looks at; {@link remediationOn} takes one cloud's part of it. */
export interface GeneralRemediation {
  /** In words that fit every cloud of the check: its first sentence stands under the findings of all of them. */
  readonly console: string;
  /** Commands of each cloud's CLI. */
  readonly cli: readonly string[];
  /** One text where the check looks at one cloud. */
  readonly terraform: string | null | Readonly<Partial<Record<Cloud, string>>>;
}

/**
 * One check. It is synchronous and pure: no SDK, no `node:` import, no clock, no log, no other check.
 * What it was not shown it does not judge; the judge (scan/judge.ts) turns unread operations into `unknown`.
 */
export interface Check {
  /** Its file name; public interface, never changes once released. */
  readonly id: string;
  /** The compliant state, one sentence of at most 150 characters. */
  readonly title: string;
  readonly severity: Severity;
  /** What is judged. Principals belong to an account as a whole, all else to its Region. */
  readonly subject: "endpoint" | "firewall" | "rule" | "network" | "account" | "principal";
  readonly clouds: readonly Cloud[];
  /** Why it matters, one or two sentences. */
  readonly rationale: string;
  readonly remediation: GeneralRemediation;
  readonly attack: Attack;
  readonly controls: Controls;
  readonly needs: {
    /** What lists the subjects. Not read completely: what fails among the subjects read still stands, nothing passes, and the target is unknown. */
    readonly subjects: readonly Facet[];
    /** What a verdict rests on. Not read completely: the target is unknown as a whole. */
    readonly context: readonly Facet[];
  };
  readonly judge: (estate: Estate, settings: CheckSettings) => Iterable<Verdict>;
}

/** ATT&CK "Disable or Modify Cloud Firewall": T1562.007, T1686.001 since v19, with both mitigations. */
export const cloudFirewallAttack: Attack = {
  techniques: ["T1562.007", "T1686.001"],
  mitigations: ["M1047", "M1018"],
};

/** What each cloud's own is told by: its CLI, and the frameworks that speak of it alone. */
const ownOf: Readonly<Record<Cloud, { readonly tool: string; readonly frameworks: RegExp }>> = {
  aws: { tool: "aws", frameworks: /^(?:aws-|cis-aws-)/ },
  azure: { tool: "az", frameworks: /^(?:azure-|cis-azure-|defender-for-cloud$)/ },
  gcp: { tool: "gcloud", frameworks: /^(?:gcp-|cis-gcp-)/ },
};

/** What the check's own remediation says for one cloud: no command and no Terraform resource of another. */
export function remediationOn({ remediation }: Pick<Check, "remediation">, cloud: Cloud): Remediation {
  const { console, cli, terraform } = remediation;
  const foreign = new Set(everyCloud.filter((other) => other !== cloud).map((other) => ownOf[other].tool));
  return {
    console,
    cli: cli.filter((command) => !foreign.has(command.split(" ", 1)[0] ?? "")),
    terraform: terraform === null || typeof terraform === "string" ? terraform : (terraform[cloud] ?? null),
  };
}

/** The controls that hold for one cloud: those of its own frameworks, and of frameworks that belong to none. */
export function controlsOn({ controls }: Pick<Check, "controls">, cloud: Cloud): Controls {
  const foreign = everyCloud.filter((other) => other !== cloud).map((other) => ownOf[other].frameworks);
  return Object.fromEntries(Object.entries(controls).filter(([name]) => !foreign.some((own) => own.test(name))));
}

/** The part of a check that reports carry. */
export function summarize(check: Check): CheckSummary {
  const { id, title, severity, clouds, rationale, attack, controls } = check;
  const { terraform } = check.remediation;
  const remediation: Remediation = {
    ...check.remediation,
    terraform:
      terraform === null || typeof terraform === "string"
        ? terraform
        : clouds.flatMap((cloud) => terraform[cloud] ?? []).join(" "),
  };
  return { id, title, severity, clouds, rationale, remediation, attack, controls };
}
