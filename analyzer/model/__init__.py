"""The frozen types that travel between the rooms. This package imports nothing of ours."""
