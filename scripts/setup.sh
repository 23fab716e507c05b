#!/bin/sh
# Finds a Python that can run HRMA and hands over to set_up.py.
set -eu

cd "$(dirname "$0")/.."

for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
        exec "$candidate" scripts/set_up.py "$@"
    fi
done

echo "setup: HRMA needs Python 3.11, 3.12, 3.13 or 3.14, and none is on the PATH." >&2
echo "setup: on Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv" >&2
exit 1
