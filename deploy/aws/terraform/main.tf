# The role that Rampart reads one account with. The same as ../role.yaml, for those who use Terraform.

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.auditor_arn == null ? [] : [var.auditor_arn]
    content {
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = [statement.value]
      }
      dynamic "condition" {
        for_each = var.external_id == null ? [] : [var.external_id]
        content {
          test     = "StringEquals"
          variable = "sts:ExternalId"
          values   = [condition.value]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.github_repository == null ? [] : [var.github_repository]
    content {
      actions = ["sts:AssumeRoleWithWebIdentity"]
      principals {
        type        = "Federated"
        identifiers = ["arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:oidc-provider/token.actions.githubusercontent.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "token.actions.githubusercontent.com:aud"
        values   = ["sts.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "token.actions.githubusercontent.com:sub"
        values   = ["repo:${statement.value}:ref:refs/heads/${var.github_branch}"]
      }
    }
  }
}

resource "aws_iam_policy" "read" {
  name        = var.role_name
  description = "What `rampart permissions aws` prints"
  policy      = file("${path.module}/../policy.json")
}

resource "aws_iam_policy" "enter" {
  count       = var.enter_accounts ? 1 : 0
  name        = "${var.role_name}EnterAccounts"
  description = "Lets the role of the same name be assumed in other accounts"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "EnterAccounts"
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "arn:${data.aws_partition.here.partition}:iam::*:role/${var.role_name}"
    }]
  })
}

resource "aws_iam_role" "rampart" {
  name                 = var.role_name
  description          = "Read by Rampart; changes nothing"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200

  lifecycle {
    precondition {
      condition     = var.auditor_arn != null || var.github_repository != null
      error_message = "Name who may use the role: auditor_arn, github_repository or both."
    }
  }
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.rampart.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "enter" {
  count      = var.enter_accounts ? 1 : 0
  role       = aws_iam_role.rampart.name
  policy_arn = aws_iam_policy.enter[0].arn
}
