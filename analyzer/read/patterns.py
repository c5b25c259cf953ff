"""Patterns that several readers build theirs of."""

import re

UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
"""Pattern of a UUID."""

OWN_FILE = re.compile(
    r"(?:^|[/!-])(?:ngfw[/-])?(?:etc[/-](?:sf|hostname)|var[/-](?:sf|log|tmp[/-]certs|opt)|usr[/-]local[/-]sf|opt[/-]cisco|Volume[/-])"
    r"|dir-archives|command-outputs?/|file-contents/"
)
"""In the path of a file: it lies in an appliance's own tree, or in a bundle that the appliance packed. Nobody pasted it."""
