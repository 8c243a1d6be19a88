"""How much a formula may do, so that every evaluation ends (all of it our choice)."""

#: Characters of a formula.
LONGEST_FORMULA = 50_000
#: How deep a formula may be nested: parentheses, arguments, ternaries in ternaries.
DEEPEST_NESTING = 60
#: Characters of a text that a formula makes.
LONGEST_TEXT = 4_000_000
#: Items, keys and values of a value that a formula makes, all levels together.
LARGEST_VALUE = 1_000_000
#: Levels of lists and objects within each other.
DEEPEST_VALUE = 60
#: Bits of a whole number.
WIDEST_NUMBER = 4_096
#: Calls of blocks in one evaluation.
MOST_BLOCK_CALLS = 100_000
#: Characters of a regular expression, and how long a text it may ask for at least.
LONGEST_PATTERN, LARGEST_PATTERN = 5_000, 100_000
#: Seconds that one search with a regular expression may take.
LONGEST_SEARCH = 0.5
#: Characters and items of all long results in one evaluation together.
LARGEST_TOTAL = 40_000_000
#: From how many on a result counts there.
LONG = 10_000
