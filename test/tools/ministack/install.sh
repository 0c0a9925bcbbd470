#!/usr/bin/env bash
# Installs the AWS emulator MiniStack.
exec bash "$(dirname "$0")/../install-python.sh" ministack MiniStack openssl
