"""Reading the files of a rules folder: YAML of which nothing but text, lists and mappings is let in."""
