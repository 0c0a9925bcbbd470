#!/usr/bin/env bash
# Installs InfluxDB's client library for Node and Powertools. They are in no package.json of ours: nothing that we ship
# needs them.
exec bash "$(dirname "$0")/../install-npm.sh" readers 'the client libraries for Node'
