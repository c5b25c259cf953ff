"""Fuzz targets: one for each reader. ``make fuzz`` runs each for a minute; the usual tests run each over its seeds."""
