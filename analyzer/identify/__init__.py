"""Who is who: appliances of all facts, each merge with its reason, and what stays ambiguous. Knows nothing of tunnels and rules."""
