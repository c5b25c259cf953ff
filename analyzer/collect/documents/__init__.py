"""Files that hold texts and files without being archives: mails, rich text, office documents. Their parts are members like an archive's.

What stands inside a plain text (tags, quotes, escaped strings) is no matter of this room: the readers of texts take that away in place.
"""
