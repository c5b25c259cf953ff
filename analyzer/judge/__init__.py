"""From the case and the rule files to findings. Knows nothing of how a fix is typed."""
