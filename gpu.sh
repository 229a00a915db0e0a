#!/usr/bin/env bash
# On a machine with PyTorch, CMake and a C++ compiler, from what `npm run gpu-pack` packed: compiles against that PyTorch, runs device
# tests, benchmarks and a timed pre-training, and writes gpu-report/report.md. Options: scripts/gpu/try.mjs --help
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[ -x "$here/bin/node" ] && export PATH="$here/bin:$PATH"
export LIBTORCH_USE_PYTORCH="${LIBTORCH_USE_PYTORCH-1}"
exec node "$here/scripts/gpu/try.mjs" "$@"
