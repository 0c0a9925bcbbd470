#!/usr/bin/env bash
# Builds the client of the Lambda runtime, once a machine, and prints the path of its program on stdout.
set -euo pipefail
folder=$(bash "$(dirname "$0")/../install-npm.sh" lambda-ric aws-lambda-ric "$@" cmake g++ make python3)
echo "$folder/node_modules/aws-lambda-ric/index.mjs"
