import type { ConfigFile } from "../config/schema.ts";
import { UsageError } from "../model/error.ts";
import {
  adminPorts,
  dataPorts,
  defaultPublicPorts,
  parsePortService,
  type PortService,
} from "../network/port-groups.ts";
import type { CheckSettings } from "./check.ts";

/**
 * The limits checks judge by: CATALOGUE's defaults, changed by what rampart.yaml says.
 * @throws UsageError that names the key of a text that is no port
 */
export function checkSettings(config: ConfigFile): CheckSettings {
  return {
    publicPorts: config.publicPorts === undefined ? defaultPublicPorts : services("publicPorts", config),
    adminPorts: [...adminPorts, ...services("adminPorts", config)],
    dataPorts: [...dataPorts, ...services("dataPorts", config)],
    internetShare: config.internetShare ?? 1 / 256,
    expected: (config.expected ?? []).map(({ principal, reason, owner, ticket, expires }) => ({
      principal,
      reason,
      owner: owner ?? null,
      ticket: ticket ?? null,
      expires: expires ?? null,
    })),
    wideSource: { ipv4: config.wideSource?.ipv4 ?? 16, ipv6: config.wideSource?.ipv6 ?? 32 },
  };
}

function services(key: "publicPorts" | "adminPorts" | "dataPorts", config: ConfigFile): readonly PortService[] {
  return (config[key] ?? []).map((spec) => {
    try {
      return parsePortService(spec);
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`rampart.yaml: ${key}: ${error.message}`) : error;
    }
  });
}
