"""What is left after reading: join, rules, plan, report. ``python -m benchmarks.after_reading NOTES EVIDENCE``."""

import gc
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from analyzer.cli.app import COLLECT_EVERY
from analyzer.pipeline import Options, analyze
from analyzer.report.html import render_html
from benchmarks.child import peak

AS_OF = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


def main() -> None:
    """Analyze, draw the report, note the seconds since anything was last read, those of the processor among them, and the report's size."""
    notes, evidence = map(Path, sys.argv[1:])
    read_at = [0.0, 0.0]
    gc.set_threshold(COLLECT_EVERY)  # as the program does

    def progress(_bytes: int) -> None:
        read_at[:] = time.perf_counter(), time.process_time()

    result = analyze([evidence], Options(as_of=AS_OF, as_of_source="--as-of"), progress)
    report = render_html(result).encode()
    seconds, processor = time.perf_counter() - read_at[0], time.process_time() - read_at[1]
    note = f"report of {len(report) / 1e6:.1f} MB, {processor:.1f} s of the processor"
    said = {"seconds": seconds, "peak": peak(), "child_peak": 0, "note": note}
    notes.write_text(json.dumps(said))


if __name__ == "__main__":
    main()
