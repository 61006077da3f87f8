"""What the portal keeps of other services' data; each table carries its owner's name."""
