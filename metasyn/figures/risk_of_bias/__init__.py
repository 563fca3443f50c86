"""Risk of bias: traffic lights, summaries, and the cells that stand in forest plots."""
