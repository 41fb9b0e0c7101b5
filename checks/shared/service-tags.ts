/** How wide a service tag is as a source: all of Azure, all of one of its Regions, every customer of one service. */
export type TagWidth = "azure" | "azure-region" | "shared-service";

/**
 * Services behind which anybody's own content or code can stand: a rule that admits them admits every customer of theirs.
 * https://learn.microsoft.com/azure/virtual-network/service-tags-overview#available-service-tags
 */
const sharedServices: ReadonlySet<string> = new Set([
  "appservice",
  "azurecontainerregistry",
  "azuredatabricks",
  "azuredevops",
  "azurefrontdoor.backend",
  "batchnodemanagement",
  "datafactory",
  "eventhub",
  "logicapps",
  "powerplatforminfra",
  "servicebus",
  "sql",
  "storage",
]);

/** The width of a tag, whatever its letter case; null for one that only Microsoft's own or one's own addresses are in. */
export function tagWidth(tag: string): TagWidth | null {
  const name = tag.trim().toLowerCase();
  if (name === "azurecloud") return "azure";
  if (/^azurecloud\.[a-z0-9]+$/.test(name)) return "azure-region";
  return sharedServices.has(name) || sharedServices.has(name.replace(/\.[^.]+$/, "")) ? "shared-service" : null;
}
