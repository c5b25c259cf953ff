"""One module per sample. Each has ``tell(stage) -> Story``; the number in the name orders them."""
