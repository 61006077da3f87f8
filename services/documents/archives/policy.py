"""Names and figures of archives that are nobody's setting."""

from services.chassis.account_data.archive import safe_name

MISSING = "_missing.txt"
MOST_CHOSEN = 500
"""How many documents can be named one by one; a folder may hold more."""
RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{number}" for number in range(10)), *(f"lpt{number}" for number in range(10))}
)
"""Names that Windows keeps for devices, whatever their ending."""


def unique(name: str, taken: set[str]) -> str:
    """Return `name` as a file or folder of an archive: safe on every system, and none twice beside another."""
    stem = name.partition(".")[0].strip().casefold()
    return safe_name(f"_{name}" if stem in RESERVED else name, taken)
