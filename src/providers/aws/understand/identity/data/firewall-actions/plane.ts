import type { FirewallEffect } from "../../../../../../model/firewall-effect.ts";

/** The actions of one service on one part of the firewall plane. */
export interface Plane {
  /** The part, in words: `security groups`. */
  readonly plane: string;
  /** The prefix of the service's actions. */
  readonly service: string;
  /** The service's page in the Service Authorization Reference where it is not named after the prefix. */
  readonly page?: string;
  /** By what changing them does: the actions, without the prefix. */
  readonly actions: Readonly<Partial<Record<FirewallEffect, readonly string[]>>>;
}
