variable "management_group" {
  description = "Management group whose subscriptions are read, by id; the tenant's root group for all of them"
  type        = string
}

variable "resource_group" {
  description = "Resource group that the identity lies in"
  type        = string
}

variable "location" {
  description = "Where the identity lies"
  type        = string
  default     = "westeurope"
}

variable "github_repository" {
  description = "owner/name of the repository whose workflows may use the identity"
  type        = string
  default     = null
}

variable "github_branch" {
  description = "Branch of the repository whose workflows may use the identity"
  type        = string
  default     = "main"
}

variable "read_directory" {
  description = "Whether the identity may read groups, applications and directory roles by Microsoft Graph"
  type        = bool
  default     = true
}
