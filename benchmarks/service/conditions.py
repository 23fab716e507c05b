"""What a measurement was made on."""

import os
import sys
import time
from pathlib import Path


def conditions() -> str:
    """Processor, how busy it was in the last five minutes with whatever ran, Python and date, as a sentence."""
    busy = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} processors ({processor()}), load {busy:.1f} over five minutes, "
        f"Python {sys.version.partition(' ')[0]}, {time.strftime('%Y-%m-%d')}"
    )


def processor() -> str:
    """The model of this machine's processor, as far as it says."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "an unnamed processor"
