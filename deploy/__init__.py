"""How Atrio is run: on one machine (`atrio up`), in containers, and each program by itself."""
