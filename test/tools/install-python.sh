#!/usr/bin/env bash
# Installs what the requirements.txt in a folder beside this script names, into a Python environment of its own, once a
# machine, and prints the path of that environment's Python on stdout. Exits with 3 where a tool is missing.
# Usage: install-python.sh FOLDER NAME [TOOL...]
set -euo pipefail
package=$1 name=$2
shift 2
requirements=$(cd "$(dirname "$0")" && pwd)/$package/requirements.txt

cache=${PYTHON_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"$requirements" | cut -c1-12)
folder=$cache/$package-$version
if [[ -f $folder/complete ]]; then
  echo "$folder/bin/python"
  exit 0
fi

for tool in python3 "$@"; do
  if ! command -v "$tool" >/dev/null; then
    echo "$name cannot be installed: $tool is missing" >&2
    exit 3
  fi
done
if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "$name cannot be installed: it needs Python 3.10 or newer with venv and pip" >&2
  exit 3
fi

echo "installing $name (some seconds, once) …" >&2
rm -rf "$folder"
mkdir -p "$cache"
# A virtual environment cannot be moved: a file says that it is complete.
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --requirement "$requirements" >&2
touch "$folder/complete"
echo "$folder/bin/python"
