# A custom role with what Rampart reads, and an identity that holds it, which a GitHub repository may use without a secret.

locals {
  role = jsondecode(file("${path.module}/../role.json"))

  graph_permissions = toset([
    "Application.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "RoleManagement.Read.Directory",
    "User.Read.All",
  ])
}

data "azurerm_management_group" "scope" {
  name = var.management_group
}

resource "azurerm_role_definition" "reader" {
  name              = local.role.Name
  description       = local.role.Description
  scope             = data.azurerm_management_group.scope.id
  assignable_scopes = [data.azurerm_management_group.scope.id]

  permissions {
    actions = local.role.Actions
  }
}

resource "azurerm_user_assigned_identity" "rampart" {
  name                = "rampart"
  resource_group_name = var.resource_group
  location            = var.location
}

resource "azurerm_role_assignment" "reader" {
  scope              = data.azurerm_management_group.scope.id
  role_definition_id = azurerm_role_definition.reader.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.rampart.principal_id
}

resource "azurerm_federated_identity_credential" "github" {
  count               = var.github_repository == null ? 0 : 1
  name                = "github"
  resource_group_name = var.resource_group
  parent_id           = azurerm_user_assigned_identity.rampart.id
  audience            = ["api://AzureADTokenExchange"]
  issuer              = "https://token.actions.githubusercontent.com"
  subject             = "repo:${var.github_repository}:ref:refs/heads/${var.github_branch}"
}

# Who is in a group or owns an application. Without these a scan is incomplete, and tells what is assigned directly all the same.
# Granting them takes a Privileged Role Administrator.
data "azuread_service_principal" "graph" {
  count     = var.read_directory ? 1 : 0
  client_id = "00000003-0000-0000-c000-000000000000"
}

resource "azuread_app_role_assignment" "graph" {
  for_each            = var.read_directory ? local.graph_permissions : []
  principal_object_id = azurerm_user_assigned_identity.rampart.principal_id
  resource_object_id  = data.azuread_service_principal.graph[0].object_id
  app_role_id         = data.azuread_service_principal.graph[0].app_role_ids[each.value]
}
