"""The recipe engine: a recipe's code is compiled into a tree once, and run for each job."""
