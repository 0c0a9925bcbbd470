#!/usr/bin/env bash
# Installs the AWS command line.
exec bash "$(dirname "$0")/../install-python.sh" aws-cli "The AWS command line" zip
