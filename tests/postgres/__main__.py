"""`python -m tests.postgres` says where PostgreSQL's programs are; `--install` gets them."""

import sys

from tests.postgres.programs import PostgresMissingError, install, require_programs


def main() -> int:
    """Print the folder of the programs; 1 if there are none."""
    try:
        print(install() if "--install" in sys.argv[1:] else require_programs())
    except PostgresMissingError as error:
        print(f"PostgreSQL will not be proven: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
