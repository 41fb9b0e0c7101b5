# A custom role with what Rampart reads, a service account that holds it on the organization, and a way for one GitHub repository to use it without a key.

locals {
  role = jsondecode(file("${path.module}/../role.json"))
}

resource "google_organization_iam_custom_role" "reader" {
  org_id      = var.organization
  role_id     = "rampartReader"
  title       = local.role.title
  description = local.role.description
  stage       = local.role.stage
  permissions = local.role.includedPermissions
}

resource "google_service_account" "rampart" {
  project      = var.project
  account_id   = "rampart"
  display_name = "Rampart, which reads firewalls"
}

resource "google_organization_iam_member" "reader" {
  org_id = var.organization
  role   = google_organization_iam_custom_role.reader.id
  member = google_service_account.rampart.member
}

resource "google_iam_workload_identity_pool" "github" {
  count                     = var.github_repository == null ? 0 : 1
  project                   = var.project
  workload_identity_pool_id = "rampart-github"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  count                              = var.github_repository == null ? 0 : 1
  project                            = var.project
  workload_identity_pool_id          = google_iam_workload_identity_pool.github[0].workload_identity_pool_id
  workload_identity_pool_provider_id = "github"

  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  # Without it every repository on GitHub could ask for tokens.
  attribute_condition = "assertion.repository == '${var.github_repository}' && assertion.ref == 'refs/heads/${var.github_branch}'"

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "github" {
  count              = var.github_repository == null ? 0 : 1
  service_account_id = google_service_account.rampart.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github[0].name}/attribute.repository/${var.github_repository}"
}
