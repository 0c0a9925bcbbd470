variable "deployment" {
  description = "The same name as \"deployment\" in rotation.json. Unique in its account and Region."
  type        = string
  nullable    = false
  validation {
    condition     = can(regex("^[A-Za-z0-9._][A-Za-z0-9._-]{0,63}$", var.deployment))
    error_message = "It must be up to 64 letters, digits, and . _ -"
  }
}

variable "zip" {
  description = "Path of the zip: handler.zip of the release with your rotation.json in it."
  type        = string
  nullable    = false
}

variable "function_name" {
  description = "Name of the function. Empty for one that is made of the deployment's name."
  type        = string
  default     = ""
  nullable    = false
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{0,64}$", var.function_name))
    error_message = "It must be up to 64 letters, digits, _ and -."
  }
}

variable "secret_arns" {
  description = "ARNs of the secrets of all consumers, and of no others. One that ends in * stands for all that begin like it."
  type        = list(string)
  nullable    = false
  validation {
    condition     = length(var.secret_arns) > 0 && alltrue([for arn in var.secret_arns : can(regex("^arn:aws[a-z-]*:secretsmanager:.+:secret:.+", arn))])
    error_message = "They must be ARNs of secrets, and one at least."
  }
}

variable "rotator_secret_arn" {
  description = "ARN of the secret with the rotator's own token (influxdb.tokenSecret). None of secret_arns may cover it."
  type        = string
  nullable    = false
  validation {
    condition     = can(regex("^arn:aws[a-z-]*:secretsmanager:.+:secret:.+", var.rotator_secret_arn))
    error_message = "It must be the ARN of a secret."
  }
}

variable "schedule" {
  description = "Time from one run to the next, the same as \"schedule\" in rotation.json."
  type        = string
  default     = "1h"
  nullable    = false
  validation {
    condition     = contains(["1m", "5m", "10m", "15m", "30m", "1h", "2h", "3h", "4h", "6h", "12h", "1d"], var.schedule)
    error_message = "It must be 1m, 5m, 10m, 15m, 30m, 1h, 2h, 3h, 4h, 6h, 12h or 1d."
  }
}

variable "schedule_enabled" {
  description = "Whether the schedule runs the function."
  type        = bool
  default     = true
  nullable    = false
}

variable "function_timeout" {
  description = "In seconds: limits.functionTimeout in rotation.json, or less. Where the function may run for longer, it refuses to begin."
  type        = number
  default     = 900
  nullable    = false
  validation {
    condition     = var.function_timeout >= 1 && var.function_timeout <= 900
    error_message = "It must be 1 to 900 seconds."
  }
}

variable "memory_size" {
  description = "Of the function, in MB."
  type        = number
  default     = 256
  nullable    = false
  validation {
    condition     = var.memory_size >= 128 && var.memory_size <= 10240
    error_message = "It must be 128 to 10240 MB."
  }
}

variable "alarm_topic_arn" {
  description = "An SNS topic that is told when an alarm goes off, and when it is over. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "runbook_url" {
  description = "The address of the runbook, to which alarms, news and findings link with an anchor, for those who have a copy."
  type        = string
  default     = "https://github.com/influxdb-token-rotation/influxdb-token-rotation/blob/v0.1.0/docs/operations.md"
  nullable    = false
  validation {
    condition     = can(regex("^https?://[^[:space:]#]{1,490}$", var.runbook_url))
    error_message = "It must be an address with https:// or http://, without #."
  }
}

variable "create_secrets" {
  description = "true if a consumer has \"createSecret\" in rotation.json."
  type        = bool
  default     = false
  nullable    = false
}

variable "rotate_own_token" {
  description = "true if rotation.json has influxdb.self."
  type        = bool
  default     = false
  nullable    = false
}

variable "encryption_key_arn" {
  description = "The customer managed key that encrypts the secrets. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "event_bus_arn" {
  description = "The bus that is told of new tokens, in place of events.bus in rotation.json. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "news_topic_arn" {
  description = "The SNS topic for messages to people, in place of news.topic in rotation.json. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "security_hub" {
  description = "true if rotation.json has \"securityHub\": true."
  type        = bool
  default     = false
  nullable    = false
}

variable "evidence_bucket" {
  description = "The bucket that keeps evidence, in place of evidence.bucket in rotation.json. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}

variable "subnet_ids" {
  description = "The subnets from which InfluxDB and Secrets Manager can be reached. Empty for no VPC."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "security_group_ids" {
  description = "The security groups of the function; needed with subnet_ids."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of both roles. Empty for none."
  type        = string
  default     = ""
  nullable    = false
}
