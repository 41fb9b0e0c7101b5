import type { GcpEstate } from "../../../lab/gcp/estate.ts";
import type { Fault } from "../../../lab/gcp/faults.ts";
import { type GcpLab, startGcpLab } from "../../../lab/gcp/server.ts";

/** What a lab answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Runs `work` against a lab of its own. */
export async function withLab(
  estate: GcpEstate,
  faults: readonly Fault[],
  work: (lab: GcpLab) => Promise<void>,
): Promise<void> {
  const lab = await startGcpLab(estate, { faults });
  try {
    await work(lab);
  } finally {
    await lab.close();
  }
}

/** A request as it is, with nobody signed in. JSON is read where it is JSON. */
export async function plainly(lab: GcpLab, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${lab.endpoint}${path}`, { redirect: "manual", ...init });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const body: unknown = isJson ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

/** A request signed in as the machine's service account. */
export async function ask(lab: GcpLab, path: string, init: RequestInit = {}): Promise<Answer> {
  return plainly(lab, path, { ...init, headers: { authorization: `Bearer ${await machineToken(lab)}` } });
}

/** A token of the machine's service account. */
export async function machineToken(lab: GcpLab): Promise<string> {
  const { body } = await plainly(lab, "/computeMetadata/v1/instance/service-accounts/default/token", {
    headers: { "metadata-flavor": "Google" },
  });
  return String(member(body, "access_token"));
}

/** All pages of a listing, each as it came; gives up after 20. */
export async function pages(lab: GcpLab, path: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let token: unknown;
  do {
    const next =
      typeof token === "string" ? `${path.includes("?") ? "&" : "?"}pageToken=${encodeURIComponent(token)}` : "";
    const { body } = await ask(lab, `${path}${next}`);
    found.push(body);
    token = member(body, "nextPageToken");
  } while (token !== undefined && found.length < 20);
  return found;
}

/** A member of what ought to be an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** The items of what ought to be a list. */
export function listOf(value: unknown, name: string): readonly unknown[] {
  const items = member(value, name);
  return Array.isArray(items) ? items : [];
}
