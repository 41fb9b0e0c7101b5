output "client_id" {
  description = "client-id of azure/login, or AZURE_CLIENT_ID"
  value       = azurerm_user_assigned_identity.rampart.client_id
}

output "tenant_id" {
  description = "tenant-id of azure/login, or AZURE_TENANT_ID"
  value       = azurerm_user_assigned_identity.rampart.tenant_id
}
