variable "role_name" {
  description = "Name of the role, the same in every account"
  type        = string
  default     = "RampartAudit"
}

variable "auditor_arn" {
  description = "The principal that may assume the role: the role that scans"
  type        = string
  default     = null
}

variable "external_id" {
  description = "Has to be given when the role is assumed (rampart scan --external-id)"
  type        = string
  default     = null
  sensitive   = true
}

variable "github_repository" {
  description = "owner/name of the repository whose workflows may use the role. The account needs GitHub's OIDC provider"
  type        = string
  default     = null
}

variable "github_branch" {
  description = "Branch of the repository whose workflows may use the role"
  type        = string
  default     = "main"
}

variable "enter_accounts" {
  description = "Whether this role may assume the role of the same name in other accounts, as scan --organization does"
  type        = bool
  default     = false
}
