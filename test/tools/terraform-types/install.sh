#!/usr/bin/env bash
# Fetches what Terraform's provider hashicorp/aws calls its arguments, once a machine, and prints the path of a folder
# with a folder for each version on stdout. The provider itself is in no registry that tests use, but packages of typings
# are, which were generated from its schema. Of 45 MB each, the typings of the module's resources are kept.
set -euo pipefail
cache=${NODE_TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/influxdb-token-rotation}
version=$(sha256sum <"${BASH_SOURCE[0]}" | cut -c1-12)
folder=$cache/terraform-types-$version
if [[ -d $folder ]]; then
  echo "$folder"
  exit 0
fi

mkdir -p "$cache"
work=$(mktemp -d "$cache/terraform-types.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Usage: types PROVIDER-VERSION PACKAGE SHA256
types() {
  local of=$1 package=$2 sum=$3 packed
  echo "fetching the arguments of the provider hashicorp/aws $of (45 MB, once) …" >&2
  packed=$work/$(cd "$work" && npm pack --silent "$package")
  sha256sum --check --quiet <<<"$sum  $packed" >&2
  mkdir -p "$work/types/$of"
  tar -xzf "$packed" -C "$work/types/$of" --strip-components=2 --wildcards \
    'package/lib/cloudwatch-*/index.d.ts' 'package/lib/iam-role*/index.d.ts' \
    'package/lib/lambda-function*/index.d.ts' 'package/lib/scheduler-*/index.d.ts' 'package/lib/secretsmanager-*/index.d.ts' \
    'package/lib/sqs-queue*/index.d.ts' 'package/lib/data-aws-caller-identity/index.d.ts' \
    'package/lib/data-aws-partition/index.d.ts' 'package/lib/data-aws-region/index.d.ts'
}
# The first version that the module takes, and the newest one that has typings.
types 6.21.0 @cdktf/provider-aws@21.18.0 fee05ad0c045cecc6980710d1e446e744c19b07a6477b6a8041025ae0449d5c7
types 6.66.0 @cdktn/provider-aws@25.7.0 b3e5ee2851ae47595a0dedad3678779aebca6d6b5f318ca1902b87ddbef82208

mv "$work/types" "$folder"
echo "$folder"
