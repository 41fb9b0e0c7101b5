variable "organization" {
  description = "Organization that is read, by number"
  type        = string
}

variable "project" {
  description = "Project that the service account lies in"
  type        = string
}

variable "github_repository" {
  description = "owner/name of the repository whose workflows may act as the service account"
  type        = string
  default     = null
}

variable "github_branch" {
  description = "Branch of the repository whose workflows may act as the service account"
  type        = string
  default     = "main"
}
