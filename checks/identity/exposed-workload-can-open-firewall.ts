import type { Principal, WorkloadIdentity } from "../../src/identity/principal.ts";
import type { Json } from "../../src/model/finding.ts";
import type { FirewallEffect } from "../../src/model/firewall-effect.ts";
import { canonicalId, targetKey, type ResourceRef } from "../../src/model/resource.ts";
import type { Endpoint } from "../../src/network/endpoint.ts";
import {
  exposuresOf,
  type Exposure,
  type ExposureAnalysis,
  type InternetOpening,
  type InternetOpenings,
} from "../../src/network/exposure.ts";
import { allL4, icmp, icmpv6, includesL4, l4Protocol, subtractL4, unionL4, type L4Set } from "../../src/network/l4.ts";
import { cloudFirewallAttack, type Check, type Verdict } from "../../src/scan/check.ts";
import { subjectOf } from "../shared/exposed.ts";
import { explained, exposureEvidence, openEvidence, readableParts } from "../shared/exposure-evidence.ts";
import { carriedBy, changersOf, strongest, type Changer } from "../shared/firewall-changers.ts";
import {
  changeWords,
  conditionWords,
  grantEvidence,
  missingIn,
  pathWords,
  principalName,
} from "../shared/grant-words.ts";
import { briefPorts, eachPart } from "../shared/open-ports.ts";
import { removalOf } from "../shared/removal.ts";
import { brief } from "../shared/words.ts";

/** Everything that somebody can speak to; answering to ping is no service. */
const anyService = subtractL4(allL4, unionL4([l4Protocol(icmp), l4Protocol(icmpv6)]));

export const check: Check = {
  id: "exposed-workload-can-open-firewall",
  title: "No workload that the internet reaches carries an identity that can change firewalls",
  severity: "critical",
  subject: "endpoint",
  clouds: ["aws", "azure", "gcp"],
  rationale:
    "One flaw in what listens there hands over the identity that the workload carries, and with it the firewall that should have kept the intruder in: the way " +
    "to everything behind it is then theirs to open.",
  remediation: {
    console:
      "Give the workload an identity without rights over firewalls, and let something that the internet does not reach make such changes; or close the ports.",
    cli: [
      "aws ec2 replace-iam-instance-profile-association --iam-instance-profile Name=PROFILE --association-id ASSOCIATION",
      "aws iam delete-role-policy --role-name ROLE --policy-name POLICY",
      "az vm identity remove --resource-group GROUP --name VM",
      "az role assignment delete --ids ASSIGNMENT",
      "gcloud compute instances set-service-account INSTANCE --zone=ZONE --service-account=ACCOUNT --scopes=cloud-platform",
      "gcloud projects remove-iam-policy-binding PROJECT --member=MEMBER --role=ROLE",
    ],
    terraform: {
      aws: "Point iam_instance_profile of the aws_instance at a profile whose role cannot change firewalls, or take the actions out of the role's aws_iam_role_policy.",
      azure:
        "Take the identity block out of the azurerm_linux_virtual_machine or azurerm_windows_virtual_machine, or remove the azurerm_role_assignment of the identity.",
      gcp: "Name an account of its own, without rights over firewalls, in service_account of the google_compute_instance, or remove the google_project_iam_member of the account.",
    },
  },
  attack: { ...cloudFirewallAttack, techniques: [...cloudFirewallAttack.techniques, "T1190", "T1552.005"] },
  controls: {
    "gcp-security-command-center": ["FULL_API_ACCESS"],
    "cis-gcp-5.0": ["4.2"],
  },
  // What cannot be listed hides findings; it takes none of those away that are there.
  needs: { subjects: ["endpoints", "identities", "workload-identities"], context: [] },
  *judge({ network, identity }, { internetShare: share }) {
    const carried = Map.groupBy(identity.workloads, ({ workload }) => workloadKey(workload));
    const changers = new Map(changersOf(identity).map((changer) => [changer.principal.id, changer]));
    const effects = identity.actions();
    const analysis = exposuresOf(network);
    const question = { l4: anyService, share };
    for (const endpoint of network.endpoints) {
      const identities = endpoint.workload === null ? [] : (carried.get(workloadKey(endpoint.workload)) ?? []);
      const able = identities.flatMap((how) => {
        const whole = changers.get(how.principal);
        if (whole === undefined) return [];
        const changer = carriedBy(how, whole, identity);
        return changer.direct.length + changer.reached.length > 0 ? [{ how, changer }] : [];
      });
      if (able.length === 0) {
        yield { status: "pass", resource: endpoint.resource };
        continue;
      }
      const exposure = analysis.exposureOf(endpoint);
      const openings = analysis.openToInternet(exposure, question);
      const opening = openings.certain ?? openings.perhaps;
      const ways = opening === null ? [] : waysIn(analysis, exposure, opening);
      for (const { how, changer } of able) yield verdictOn(endpoint, openings, ways, how, changer, effects);
    }
  },
};

/** Instances, tasks and functions are told by kind and id within their account and Region. */
function workloadKey(workload: ResourceRef): string {
  return canonicalId(workload);
}

/** By which layers and rules the internet gets there, as evidence. */
function waysIn(analysis: ExposureAnalysis, exposure: Exposure, opening: InternetOpening): Json {
  const { opening: how, ways } = explained(analysis, exposure, opening, []);
  return exposureEvidence(exposure.endpoint, opening, how, ways)["ways"] ?? [];
}

function verdictOn(
  endpoint: Endpoint,
  { certain, perhaps }: InternetOpenings,
  ways: Json,
  { how }: WorkloadIdentity,
  { principal, direct, reached }: Changer,
  effects: ReadonlyMap<string, FirewallEffect>,
): Verdict {
  const { resource } = endpoint;
  const opening = certain ?? perhaps;
  if (opening === null) return { status: "pass", resource };
  const { decision, grants } = strongest([...direct, ...reached]);
  const missing = [
    ...new Set([...(certain === null ? opening.missing : []), ...missingIn(decision === "unknown" ? grants : [])]),
  ];
  const about = { resource, discriminator: principal.id };
  const { workload } = endpoint;
  const evidence = {
    workload: workload === null ? null : { type: workload.type, id: workload.id, name: workload.name },
    identity: principal.id,
    how,
    open: openEvidence(opening),
    ways,
    grants: grantEvidence(grants),
    missing,
  };
  const at = `${subjectOf(endpoint)} is open on ${eachPart({ parts: readableParts(opening) }, portWords)}`;
  if (certain === null || decision === "unknown") {
    const wanting = missing.length === 0 ? `what can be reached of ${targetKey(resource)}` : brief(missing, 3);
    return {
      status: "unknown",
      ...about,
      message: `${subjectOf(endpoint)} carries ${principalName(principal)} and may be reached from the internet and able to change firewalls; what would tell: ${wanting}.`,
      evidence,
    };
  }
  return {
    status: "fail",
    ...about,
    message: `${at} and carries ${principalName(principal)} (${how}), which can ${changeWords(grants, effects)}${conditionWords(grants)}${pathOf(grants, principal)}.`,
    evidence,
    remediation: removalOf(check, principal, grants, "only"),
  };
}

function portWords(l4: L4Set): string {
  return includesL4(l4, anyService) ? "every port" : briefPorts(l4);
}

function pathOf(grants: Changer["direct"], principal: Principal): string {
  const [first] = grants;
  return first === undefined || first.path.length === 0 ? "" : `: ${pathWords(first.path, principal)}`;
}
