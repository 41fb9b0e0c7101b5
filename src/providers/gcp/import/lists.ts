import type { VendorObject } from "../../../snapshot/record.ts";
import { text } from "../../read.ts";
import { isProject } from "./accounts.ts";
import { hierarchicalPolicies, networkPolicies, operationOfCollection } from "./resources.ts";

/** What the body of a listing says that it is a list of. */
export interface Listed {
  /** Null for listings that hold no resources (members of a group). */
  readonly operation: string | null;
  /** Null where the body does not say whose. */
  readonly account: string | null;
  /** Whether it lists one zone, region or `global`, while Rampart's own operation lists everywhere. */
  readonly isScope: boolean;
  readonly subject?: "group members" | "group endpoints";
}

/** What the body of a listing of Compute Engine says of itself, by its id, its self link or its kind; null when it says nothing. */
export function listedBy(body: VendorObject): Listed | null {
  const kind = text(body, "kind") ?? "";
  if (/^compute#(?:regionI|i)nstanceGroupsListInstances$/.test(kind)) {
    return { operation: null, account: null, isScope: false, subject: "group members" };
  }
  if (kind === "compute#networkEndpointGroupsListNetworkEndpoints") {
    return { operation: null, account: null, isScope: false, subject: "group endpoints" };
  }
  if (!/^compute#\w*List$/.test(kind)) return null;
  const path = /(?:^|\/)projects\/([^/]+)\/(global|aggregated|regions\/[^/]+|zones\/[^/]+)\/(\w+)$/;
  const found = path.exec(text(body, "id") ?? "") ?? path.exec(text(body, "selfLink") ?? "");
  if (found === null) return byKind(kind);
  const [, account = "", scope, collection = ""] = found;
  const operation = operationOfCollection(collection);
  if (operation === null || !isProject(account)) return null;
  return { operation, account, isScope: scope !== "aggregated" && operation.endsWith(".aggregatedList") };
}

/** `compute#firewallList`, of which nothing says which project's it is. */
function byKind(kind: string): Listed | null {
  const [, name = "", aggregated] = /^compute#(\w+?)(Aggregated)?List$/.exec(kind) ?? [];
  // Policies of organizations and of networks share one kind; the listing everywhere is of networks.
  if (name === "firewallPolicy") return { operation: hierarchicalPolicies, account: null, isScope: false };
  if (name === "networkFirewallPolicy")
    return { operation: networkPolicies, account: null, isScope: aggregated === undefined };
  const plural = name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
  const operation = operationOfCollection(plural);
  if (operation === null) return null;
  return { operation, account: null, isScope: aggregated === undefined && operation.endsWith(".aggregatedList") };
}
