"""Runs sftunnel-analyzer as its console script does, then notes the memory it took: ``python -m benchmarks.child NOTES ARGUMENTS``.

``VmHWM`` counts from the start of this program; ``ru_maxrss`` would count what the starting process held before it, too.
"""

import json
import resource
import sys
from pathlib import Path


def main() -> None:
    """Run, note, and end with the analyzer's own exit code."""
    notes = Path(sys.argv[1])
    sys.argv = ["sftunnel-analyzer", *sys.argv[2:]]
    from analyzer.cli.app import main as analyzer

    code: object = 0
    try:
        analyzer()
    except SystemExit as end:
        code = end.code
    said = {"code": code, "peak": peak(), "child_peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}
    notes.write_text(json.dumps(said))
    sys.exit(code if isinstance(code, int) else 1)


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes


if __name__ == "__main__":
    main()
