"""From what papers print to what models pool: small conversions, and the ledger that uses them."""
