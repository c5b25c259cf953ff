"""From one member to facts, each with its location. Knows nothing of other members."""
