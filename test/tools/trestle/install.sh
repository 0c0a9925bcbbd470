#!/usr/bin/env bash
# Installs compliance-trestle, which knows what OSCAL allows.
exec bash "$(dirname "$0")/../install-python.sh" trestle compliance-trestle
