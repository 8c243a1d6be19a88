"""How much a recipe may do (Workato docs, Recipe limits, where a limit is documented)."""

#: Steps of a recipe.
MOST_STEPS = 1_000
#: Turns of Repeat while, and of Repeat for each (the latter our choice).
MOST_TURNS = 50_000
#: Steps that one job performs, all loops and called recipes together (our choice).
MOST_PERFORMED = 100_000
#: Control blocks within each other (our choice).
DEEPEST_BLOCKS = 40
#: Recipes that call each other (our choice).
DEEPEST_CALLS = 20
#: Retries of a monitor's body.
MOST_RETRIES = 5
#: Seconds between two of them, at most.
LONGEST_INTERVAL = 3600
#: Items of a batch where none is written.
BATCH_SIZE = 100
#: Characters that a job keeps of all its steps' inputs and outputs.
JOB_DETAILS = 1_000_000
#: Characters that a job keeps of one input or output (our choice).
STEP_DETAILS = 20_000
