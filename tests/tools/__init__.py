"""What is run by make and is no test: pages made from the code, and the suite read as data.

Mutants, soak, benchmarks and lowest versions are verbs of the Makefile, the pages are `make pages`.
"""
