#!/usr/bin/env bash
# Installs InfluxDB's client library for Python and AWS's caching client.
exec bash "$(dirname "$0")/../install-python.sh" readers 'the client libraries for Python'
