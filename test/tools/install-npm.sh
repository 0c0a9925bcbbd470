#!/usr/bin/env bash
# Installs what the package.json in a folder beside this script names, once a machine, and prints the path of the folder
# that holds it on stdout. Exits with 3 where a tool is missing, and with 4 where it is not installed and `--if-built` is
# given.
# Usage: install-npm.sh FOLDER NAME [--if-built] [TOOL...]
set -euo pipefail
package=$1 name=$2
shift 2
source_folder=$(cd "$(dirname "$0")" && pwd)/$package

cache=${NODE_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"$source_folder/package-lock.json" | cut -c1-12)
folder=$cache/$package-$version
if [[ -d $folder ]]; then
  echo "$folder"
  exit 0
fi
if [[ ${1:-} == --if-built ]]; then
  echo "$name is not installed" >&2
  exit 4
fi

for tool in "$@"; do
  if ! command -v "$tool" >/dev/null; then
    echo "$name cannot be installed: $tool is missing" >&2
    exit 3
  fi
done

echo "installing $name (a minute at most, once) …" >&2
rm -rf "$folder.part"
mkdir -p "$folder.part"
cp "$source_folder"/package*.json "$folder.part"
cd "$folder.part"
npm ci --no-fund --no-audit >&2
mv "$folder.part" "$folder"
echo "$folder"
