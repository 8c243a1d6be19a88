"""Ready-made worlds: YAML files, read strictly and put into an empty database.

Importing this package costs nothing; `load` brings in pydantic, made-up names bring in Faker.
To fill a database: `from simulator.scenarios.seed import seed`.
"""

from simulator.scenarios.files import SCENARIO_FACT, api_tokens, load, names, passwords

__all__ = ["SCENARIO_FACT", "api_tokens", "load", "names", "passwords"]
