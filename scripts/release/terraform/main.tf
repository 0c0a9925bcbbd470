terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.21, < 7.0"
    }
  }
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  description   = "Rotates the InfluxDB tokens of ${var.deployment}"
  default_name  = "influxdb-token-rotation-${replace(var.deployment, "/[^A-Za-z0-9-]/", "-")}"
  function_name = var.function_name != "" ? var.function_name : local.default_name
  boundary      = var.permissions_boundary_arn != "" ? var.permissions_boundary_arn : null
  alarm_topics  = var.alarm_topic_arn != "" ? [var.alarm_topic_arn] : []
  environment = merge(
    var.event_bus_arn != "" ? { EVENT_BUS = var.event_bus_arn } : {},
    var.news_topic_arn != "" ? { NEWS_TOPIC = var.news_topic_arn } : {},
    { RUNBOOK_URL = var.runbook_url },
    var.evidence_bucket != "" ? { EVIDENCE = "s3://${var.evidence_bucket}/" } : {},
  )
  queues = { failed_runs = aws_sqs_queue.failed_runs, lost_schedules = aws_sqs_queue.lost_schedules }
}

# The log is the evidence of every rotation: it is kept when the module is removed.
resource "aws_cloudwatch_log_group" "log" {
  name_prefix       = "/influxdb-token-rotation/${var.deployment}-"
  retention_in_days = var.evidence_bucket != "" ? 400 : 90
  skip_destroy      = true
}

resource "aws_sqs_queue" "failed_runs" {
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "lost_schedules" {
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "tls" {
  for_each  = local.queues
  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "sqs:*"
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_iam_role" "rotation" {
  description          = local.description
  permissions_boundary = local.boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "rotation" {
  name = "Rotation"
  role = aws_iam_role.rotation.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.statements, [for optional in local.optional_statements : optional.statement if optional.on])
  })
}

resource "aws_lambda_function" "rotation" {
  function_name    = local.function_name
  description      = local.description
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  handler          = "index.handler"
  runtime          = "nodejs24.x"
  architectures    = ["arm64"]
  memory_size      = var.memory_size
  timeout          = var.function_timeout
  role             = aws_iam_role.rotation.arn

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.log.name
  }

  dynamic "environment" {
    for_each = length(local.environment) > 0 ? [local.environment] : []
    content {
      variables = environment.value
    }
  }

  dynamic "vpc_config" {
    for_each = length(var.subnet_ids) > 0 ? [var.subnet_ids] : []
    content {
      subnet_ids         = vpc_config.value
      security_group_ids = var.security_group_ids
    }
  }

  # It must not run before it has its rights.
  depends_on = [aws_iam_role_policy.rotation]

  lifecycle {
    precondition {
      condition     = length(var.subnet_ids) == 0 || length(var.security_group_ids) > 0
      error_message = "Give security_group_ids with subnet_ids."
    }
    precondition {
      condition     = length(local.function_name) <= 64
      error_message = "The deployment's name is too long for that of a function: give function_name."
    }
  }
}

# The next scheduled run is the retry.
resource "aws_lambda_function_event_invoke_config" "rotation" {
  function_name          = aws_lambda_function.rotation.function_name
  qualifier              = "$LATEST"
  maximum_retry_attempts = 0

  destination_config {
    on_failure {
      destination = aws_sqs_queue.failed_runs.arn
    }
  }
}

resource "aws_iam_role" "schedule" {
  description          = "Lets the schedule run the rotation of InfluxDB tokens"
  permissions_boundary = local.boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "schedule" {
  name = "Schedule"
  role = aws_iam_role.schedule.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "Run", Effect = "Allow", Action = "lambda:InvokeFunction", Resource = aws_lambda_function.rotation.arn },
      { Sid = "Report", Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.lost_schedules.arn },
    ]
  })
}

resource "aws_scheduler_schedule" "runs" {
  description                  = "Runs the rotation of InfluxDB tokens"
  schedule_expression          = local.schedules[var.schedule].schedule_expression
  schedule_expression_timezone = "Etc/UTC"
  state                        = var.schedule_enabled ? "ENABLED" : "DISABLED"

  flexible_time_window {
    mode                      = local.schedules[var.schedule].mode
    maximum_window_in_minutes = local.schedules[var.schedule].mode == "OFF" ? null : tonumber(local.schedules[var.schedule].maximum_window_in_minutes)
  }

  target {
    arn      = aws_lambda_function.rotation.arn
    role_arn = aws_iam_role.schedule.arn
    input    = "{\"action\":\"run\"}"

    dead_letter_config {
      arn = aws_sqs_queue.lost_schedules.arn
    }

    retry_policy {
      maximum_event_age_in_seconds = tonumber(local.schedules[var.schedule].maximum_event_age_in_seconds)
      maximum_retry_attempts       = 185
    }
  }

  depends_on = [aws_iam_role_policy.schedule]
}

resource "aws_cloudwatch_metric_alarm" "alarms" {
  for_each            = { for name, alarm in local.alarms : name => alarm if alarm.on }
  alarm_name          = "${local.function_name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  comparison_operator = each.value.comparison_operator
  threshold           = each.value.threshold
  evaluation_periods  = each.value.evaluation_periods
  datapoints_to_alarm = try(each.value.datapoints_to_alarm, null)
  treat_missing_data  = each.value.treat_missing_data
  alarm_actions       = local.alarm_topics
  ok_actions          = local.alarm_topics
}
