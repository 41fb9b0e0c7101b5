import * as applications from "./authorization/applications.ts";
import * as compute from "./authorization/compute.ts";
import * as detection from "./authorization/detection.ts";
import * as ec2 from "./authorization/ec2.ts";
import * as firewalls from "./authorization/firewalls.ts";
import * as identity from "./authorization/identity.ts";
import { readAction, type ServiceAuthorization } from "./authorization/service.ts";
import * as wafClassic from "./authorization/waf-classic.ts";
import type { AuthorizedAction } from "./types.ts";

const services: ReadonlyMap<string, ServiceAuthorization> = new Map(
  [applications, compute, detection, ec2, firewalls, identity, wafClassic]
    .flatMap((rows): readonly ServiceAuthorization[] => Object.values(rows))
    .map((authorization) => [authorization.service, authorization]),
);

/** Every action of the data: those that change firewalls and those that escalation methods need. In no order that means anything. */
export const authorizedActionNames: readonly string[] = [...services.values()].flatMap(({ service, actions }) =>
  Object.keys(actions).map((name) => `${service}:${name}`),
);

/**
 * How AWS authorises an action of the data when it is not used on a firewall.
 * @param action as AWS writes it: `iam:PassRole`
 * @throws where the data does not know the action
 */
export function authorizedAction(action: string): AuthorizedAction {
  return read(action, false);
}

/**
 * How AWS authorises an action of the data when it is used to change a firewall.
 * @throws where the data does not know the action
 */
export function authorizedChange(action: string): AuthorizedAction {
  return read(action, true);
}

function read(action: string, changesFirewall: boolean): AuthorizedAction {
  const [service = "", name = ""] = action.split(":");
  const authorization = services.get(service);
  if (authorization === undefined) throw new Error(`no service of the data is called ${service}`);
  return readAction(authorization, name, changesFirewall);
}
