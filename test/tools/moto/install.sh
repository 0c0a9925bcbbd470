#!/usr/bin/env bash
# Installs moto, which has an interpreter of the states language.
exec bash "$(dirname "$0")/../install-python.sh" moto moto
