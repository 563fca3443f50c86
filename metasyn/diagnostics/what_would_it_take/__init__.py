"""What it would take to change the reading of a pooled estimate."""

from metasyn.diagnostics.what_would_it_take.answer import Answer, WhatWouldItTake
from metasyn.diagnostics.what_would_it_take.table import what_would_it_take

__all__ = ["Answer", "WhatWouldItTake", "what_would_it_take"]
