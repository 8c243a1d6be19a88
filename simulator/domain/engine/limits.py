"""The limits of a recipe (Workato docs, Recipe limits; the others are our choice, as marked)."""

#: Steps of a recipe.
MOST_STEPS = 1_000
#: Turns of Repeat while, and of Repeat for each (the latter our choice).
MOST_TURNS = 50_000
#: Steps that one job performs, including all loops and called recipes (our choice).
MOST_PERFORMED = 100_000
#: Nested control blocks (our choice).
DEEPEST_BLOCKS = 40
#: Jobs in a chain of recipes that call each other (our choice).
DEEPEST_CALLS = 20
#: Retries of the body of a "Monitor" block.
MOST_RETRIES = 5
#: Seconds between two retries.
LONGEST_INTERVAL = 3600
#: Items of a batch, unless the recipe sets another number.
BATCH_SIZE = 100
#: Characters that a job's record stores of all inputs and outputs.
JOB_DETAILS = 1_000_000
#: Characters that a job's record stores of one input or output (our choice).
STEP_DETAILS = 20_000
