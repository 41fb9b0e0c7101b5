import { awsProvider } from "../providers/aws/provider.ts";
import { azureProvider } from "../providers/azure/provider.ts";
import { gcpProvider } from "../providers/gcp/provider.ts";
import type { Provider } from "../providers/provider.ts";

/** Every cloud Rampart understands, in the order in which reports list them. None loads its SDK before it collects. */
export const providers: readonly Provider[] = [awsProvider, azureProvider, gcpProvider];
