"""Living documentation: what the scenarios of a run say, and whether it holds, as pages to read.

Every process of a run writes what it saw (`collect`), the first one makes the pages (`render`).
"""
