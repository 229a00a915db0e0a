#!/usr/bin/env bash
# Tests the launcher of Ray against a real one, outside CI: `scripts/test/ray.sh VENV`, where VENV has `pip install "ray[default]"`.
# It needs root, for a network of its own: Ray listens on every interface and has no password.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${IN_NAMESPACE:-}" = "" ]; then
  IN_NAMESPACE=1 exec unshare --net --pid --fork --kill-child --mount-proc "$0" "$@"
fi
venv=$1
ip link set lo up
folder=$(mktemp -d /tmp/ray-XXXXXX)
trap 'rm -rf "$folder"' EXIT
PATH="$venv/bin:$PATH" "$venv/bin/ray" start --head --node-ip-address=127.0.0.1 --port=16379 \
  --dashboard-host=127.0.0.1 --dashboard-port=18265 --ray-client-server-port=18266 --dashboard-agent-listen-port=18267 \
  --min-worker-port=18300 --max-worker-port=18399 --num-cpus=2 --object-store-memory=100000000 \
  --temp-dir="$folder" --disable-usage-stats
# What is started here ends with the namespace of processes.
RAY_ADDRESS=http://127.0.0.1:18265 npx vitest run packages/lab/test/sweep/ray.test.ts
