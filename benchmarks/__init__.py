"""Speed and memory against named peers: ``python -m benchmarks [name ...] [--small]`` builds the evidence, measures, writes the table."""
