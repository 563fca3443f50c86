"""The ledger of conversions: rows in different forms as effects of one measure."""

from metasyn.effects.conversions.ledger.convert import convert_rows
from metasyn.effects.conversions.ledger.converted import Converted, Unconverted
from metasyn.effects.conversions.ledger.row import FIELDS
from metasyn.effects.conversions.ledger.rules import BRIDGES, RULES, TARGETS

__all__ = ["BRIDGES", "FIELDS", "RULES", "TARGETS", "Converted", "Unconverted", "convert_rows"]
