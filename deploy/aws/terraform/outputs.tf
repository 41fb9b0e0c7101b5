output "role_arn" {
  description = "For rampart scan --role, or role-to-assume in a workflow"
  value       = aws_iam_role.rampart.arn
}
