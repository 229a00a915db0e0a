#!/usr/bin/env bash
# A thousand smoke cells over a Slurm of two nodes on this machine, outside CI: `scripts/test/thousand.sh [CELLS]`. Nothing may be lost or
# done twice; then `runs`, `show` and `compare` are timed. It needs root, slurm-wlm and munge.
set -euo pipefail
cd "$(dirname "$0")/../.."
THROUGHLINE_CELLS=${1:-1000} npx vitest run apps/cli/test/thousand.test.ts
