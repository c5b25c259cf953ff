"""Writing rules: what checks, tests, describes and begins a rule file. No run over evidence needs it."""
