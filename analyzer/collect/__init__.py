"""From paths to a stream of members, within limits. Knows nothing of Cisco."""
