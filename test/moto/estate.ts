import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { VendorObject } from "../../src/snapshot/record.ts";

const vendorObject = v.custom<VendorObject>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
const vendorObjects = v.array(vendorObject);

const placeSchema = v.object({
  account: v.string(),
  region: v.string(),
  names: v.record(v.string(), v.string()),
  boto3: v.record(v.string(), vendorObjects),
  prefixListEntries: v.record(v.string(), vendorObjects),
});

/** One item of an answer, with what was asked beside it where the answer does not repeat it. */
const askedSchema = v.object({ request: v.nullable(v.record(v.string(), v.string())), data: vendorObject });

const estateSchema = v.object({
  role: v.string(),
  keys: v.record(v.string(), v.object({ accessKeyId: v.string(), secretAccessKey: v.string() })),
  places: v.array(placeSchema),
  identities: v.record(v.string(), v.array(askedSchema)),
});

/** One account in one Region as estate.py built it: names by id, and what boto3 reads there. */
export type Place = v.InferOutput<typeof placeSchema>;

/** What estate.py built: the role in every account, the users' access keys by name, the places, and the identities of the first account. */
export type MotoEstate = v.InferOutput<typeof estateSchema>;

/** The server and estate that run.sh made. Throws when the suite is run without it. */
export function motoFromEnvironment(): { readonly endpoint: string; readonly estate: MotoEstate } {
  const { RAMPART_MOTO_ENDPOINT: endpoint, RAMPART_MOTO_ESTATE: path } = process.env;
  if (endpoint === undefined || path === undefined) {
    throw new Error("This suite needs a moto server with an estate in it. Run: npm run test:moto");
  }
  return { endpoint, estate: v.parse(estateSchema, JSON.parse(readFileSync(path, "utf8"))) };
}
