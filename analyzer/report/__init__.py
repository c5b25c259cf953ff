"""From the Result document to HTML, JSON and text. Knows nothing of evidence or rules."""
