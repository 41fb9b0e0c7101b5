import type { ConfigFile } from "../config/config-file.ts";
import { adminPorts, dataPorts, defaultPublicPorts, parsePortService } from "../network/port-groups.ts";
import type { CheckSettings } from "./check.ts";

/** The limits checks judge by: CATALOGUE's defaults, changed by what rampart.yaml says. */
export function checkSettings(config: ConfigFile): CheckSettings {
  return {
    publicPorts: config.publicPorts === undefined ? defaultPublicPorts : config.publicPorts.map(toService),
    adminPorts: [...adminPorts, ...(config.adminPorts ?? []).map(toService)],
    dataPorts: [...dataPorts, ...(config.dataPorts ?? []).map(toService)],
    internetShare: config.internetShare ?? 1 / 256,
    wideSource: { ipv4: config.wideSource?.ipv4 ?? 16, ipv6: config.wideSource?.ipv6 ?? 32 },
  };
}

const toService = (spec: number | string) => parsePortService(String(spec));
