import { directoryMethods } from "./directory-methods.ts";
import { resourceMethods } from "./resource-methods.ts";
import type { EscalationMethod } from "./types.ts";

/** Every way from one identity's rights to more that is looked for on Azure. */
export const escalationMethods: readonly EscalationMethod[] = [...resourceMethods, ...directoryMethods];
