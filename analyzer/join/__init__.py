"""From all facts to one case. Knows nothing of rules."""
