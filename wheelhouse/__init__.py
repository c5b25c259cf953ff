"""The offline zip for Windows: Python, the wheels of the program, and a start script. ``make wheelhouse`` writes it into ``dist``."""
