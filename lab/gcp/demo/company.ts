/** Harbour Books tells stories too: its audiobooks, Harbour Listen, run on Google Cloud. */
export const organization = "480931562077";
export const production = "711204839156";
export const experiments = "302918475560";

/** The host of the Shared VPC. */
export const hostProject = "harbour-network-host";
/** The audiobooks, which live in the host's networks. */
export const listenProject = "harbour-listen-prod";
/** Somebody's, from a conference. Nobody looks there. */
export const sandboxProject = "harbour-demo-7f3a1";

export const region = "europe-west1";
export const zone = "europe-west1-b";
export const otherZone = "europe-west1-c";

/** The company's offices. */
export const officeRanges = ["51.15.96.0/24", "51.15.97.16/28"];
/** Where Identity-Aware Proxy forwards from: https://docs.cloud.google.com/iap/docs/using-tcp-forwarding */
export const iapRange = "35.235.240.0/20";
/** Where Google's proxies and health checks come from: https://docs.cloud.google.com/load-balancing/docs/health-check-concepts */
export const googleProxyRanges = ["35.191.0.0/16", "130.211.0.0/22"];

/** A service account of a project. */
export function serviceAccount(name: string, project: string): string {
  return `${name}@${project}.iam.gserviceaccount.com`;
}

/** The tag of what partners may talk to, as rules name it, and as people do. */
export const partnerTag = { value: "tagValues/281479203847156", name: `${organization}/exposure/partners` };
