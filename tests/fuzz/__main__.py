"""``python -m tests.fuzz [TARGET...] [--seconds N]``: run each target for a minute over a corpus made from the samples.

Needs atheris (``pip install --group fuzz``). What is found stands below ``build/fuzz/``: the corpus, which grows from run to run, and each
input that broke a target. Keep the latter in ``tests/fuzz/crashes/TARGET/``: the usual tests run it from then on.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from hashlib import sha256

from tests.fuzz.targets import ROOT, TARGETS, seeds

BUILD = ROOT / "build/fuzz"
MEMORY_MEGABYTES = 1500
SECONDS_OF_ONE_INPUT = 30


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", choices=[*TARGETS, []], help="all of them when none is named")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    asked = parser.parse_args()
    broken = [name for name in asked.target or TARGETS if _fuzz(name, asked.seconds)]
    print(f"broken: {', '.join(broken)}" if broken else "nothing was found")
    return 1 if broken else 0


def _fuzz(name: str, seconds: int) -> bool:
    corpus, found = BUILD / name / "corpus", BUILD / name / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    for seed in seeds(name):
        (corpus / sha256(seed).hexdigest()[:20]).write_bytes(seed)
    print(f"== {name}: {len(list(corpus.iterdir()))} seeds", flush=True)
    limits = [f"-max_total_time={seconds}", f"-timeout={SECONDS_OF_ONE_INPUT}", f"-rss_limit_mb={MEMORY_MEGABYTES}"]
    shape = ["-max_len=70000", "-print_final_stats=1", f"-artifact_prefix={found}/"]
    command = [sys.executable, "-m", "tests.fuzz.one", name, str(corpus), *limits, *shape]
    return subprocess.run(command, cwd=ROOT, check=False).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
