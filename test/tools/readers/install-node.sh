#!/usr/bin/env bash
# Installs InfluxDB's client library for Node and Powertools, once a machine, and prints the path of the folder that
# holds them on stdout. They are in no package.json of ours: nothing that we ship needs them.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")" && pwd)

cache=${NODE_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"$source_folder/package-lock.json" | cut -c1-12)
folder=$cache/readers-node-$version
if [[ -d $folder ]]; then
  echo "$folder"
  exit 0
fi

echo "installing the client libraries for Node (some seconds, once) …" >&2
rm -rf "$folder.part"
mkdir -p "$folder.part"
cp "$source_folder"/package*.json "$folder.part"
cd "$folder.part"
npm ci --no-fund --no-audit >&2
mv "$folder.part" "$folder"
echo "$folder"
