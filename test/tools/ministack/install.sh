#!/usr/bin/env bash
# Installs the AWS emulator MiniStack into a Python environment of its own, once a machine, and prints the path of
# that environment's Python on stdout. Exits with 3 where a tool is missing.
set -euo pipefail
requirements=$(cd "$(dirname "$0")" && pwd)/requirements.txt

cache=${MINISTACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"$requirements" | cut -c1-12)
folder=$cache/ministack-$version
if [[ -f $folder/complete ]]; then
  echo "$folder/bin/python"
  exit 0
fi

for tool in python3 openssl; do
  if ! command -v "$tool" >/dev/null; then
    echo "MiniStack cannot be installed: $tool is missing" >&2
    exit 3
  fi
done
if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "MiniStack cannot be installed: it needs Python 3.10 or newer with venv and pip" >&2
  exit 3
fi

echo "installing MiniStack (some seconds, once) …" >&2
rm -rf "$folder"
mkdir -p "$cache"
# A virtual environment cannot be moved: a file says that it is complete.
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --requirement "$requirements" >&2
touch "$folder/complete"
echo "$folder/bin/python"
