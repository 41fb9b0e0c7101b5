output "service_account" {
  description = "service_account of google-github-actions/auth, or --impersonate-service-account"
  value       = google_service_account.rampart.email
}

output "workload_identity_provider" {
  description = "workload_identity_provider of google-github-actions/auth"
  value       = one(google_iam_workload_identity_pool_provider.github[*].name)
}
