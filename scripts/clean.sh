#!/bin/sh
# Removes what set-up and the local stack made in this checkout; the next command makes it again.
set -eu

cd "$(dirname "$0")/.."

# As root below a private folder, PostgreSQL's data lives elsewhere and is linked from here.
if [ -L .hrma/postgres ]; then
    rm -rf "$(readlink .hrma/postgres)"
fi
rm -rf .venv .hrma build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
