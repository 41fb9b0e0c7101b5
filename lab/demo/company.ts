import type { Place } from "../build.ts";

/** Harbour Books sells books online. Production is the organization's management account too; sandbox is for trying things. */
export const production = "111122223333";
export const sandbox = "444455556666";
/** A freight company, in no way part of the organization. */
export const freightPartner = "777788889999";

/** The role that the company made for audits, in both accounts. */
export const auditRole = "RampartAudit";

/** The company's offices, as its own prefix list has them. */
export const officeRanges = ["51.15.96.0/24", "51.15.97.16/28", "139.99.120.8/29"];

export const shopHome: Place = { account: production, region: "us-east-1" };
export const europe: Place = { account: production, region: "eu-west-1" };
export const pacific: Place = { account: production, region: "ap-southeast-2" };
export const playground: Place = { account: sandbox, region: "us-east-1" };
export const playgroundEurope: Place = { account: sandbox, region: "eu-west-1" };
