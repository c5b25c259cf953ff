"""What a person states about a case: the file ``case.yaml`` (``--facts``), read and checked."""
