"""From the case and its findings to what to type, in order. Knows nothing of HTML."""
