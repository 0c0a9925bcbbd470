output "function_name" {
  description = "The function, which the program for people asks."
  value       = aws_lambda_function.rotation.function_name
}

output "log_group_name" {
  description = "Its log, which is the evidence of every rotation."
  value       = aws_cloudwatch_log_group.log.name
}

output "failed_runs_url" {
  description = "The queue of failed runs."
  value       = aws_sqs_queue.failed_runs.url
}

output "lost_schedules_url" {
  description = "The queue of runs that the schedule could not start."
  value       = aws_sqs_queue.lost_schedules.url
}
