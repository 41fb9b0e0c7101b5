import type { ResourceRef } from "../../model/resource.ts";
import type { AddressSet } from "../../network/addresses.ts";
import type { Extent } from "../../network/filter.ts";
import type { L4Set } from "../../network/l4.ts";

/**
 * An inbound security admin rule that delivers packets past every network security group.
 * https://learn.microsoft.com/azure/virtual-network-manager/concept-security-admins
 */
export interface AdminBypass {
  readonly resource: ResourceRef;
  readonly priority: number;
  /** Who gets in; must/may where part of the rule could not be read. */
  readonly remote: Extent;
  readonly l4: L4Set;
  /** Virtual networks that it certainly is in force in: ids. */
  readonly networks: readonly string[];
  /** What leaves open whether it is in force at all. */
  readonly doubts: readonly string[];
}

/** A public address in use, or kept. */
export interface PublicAddressControl {
  readonly resource: ResourceRef;
  readonly sku: "basic" | "standard" | "unknown";
  readonly address: string | null;
  /** What it is attached to: an id; null where nothing is. */
  readonly attachedTo: string | null;
}

/** A DNAT rule of an Azure Firewall: whoever is in `sources` reaches `translatedAddress` through it. */
export interface DnatControl {
  readonly resource: ResourceRef;
  readonly rule: string;
  readonly sources: Extent;
  /** What it listens on, on the firewall's own addresses. */
  readonly listens: L4Set;
  /** What it sends packets on to: the ports behind. */
  readonly translated: L4Set;
  readonly translatedAddress: string | null;
  /** The firewall's public addresses. */
  readonly publicAddresses: AddressSet;
}

/** What only Azure has: the controls that the checks in checks/azure ask about. */
export interface AzureControls {
  readonly adminBypasses: readonly AdminBypass[];
  readonly publicAddresses: readonly PublicAddressControl[];
  readonly dnatRules: readonly DnatControl[];
}
