"""Databases of a private server that tests use one after the other, emptied in between.

To copy a database with all tables and drop it takes PostgreSQL some tenths of a second of a
processor; to empty one takes a tenth of that.
"""

from tests.postgres.cluster import Cluster

#: Rows that were deleted stay in the files: so often a database is used, or so large it gets.
_MOST_USES = 30
_MOST_BYTES = 40_000_000
#: Everything but rows: whatever a test may have changed in the tables, or beside them.
_STATE = """
WITH ours AS (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace),
parts AS (
    SELECT format('class %s %s %s', oid, relkind, relname) AS part FROM pg_class
        WHERE oid IN (SELECT oid FROM ours)
    UNION ALL SELECT format('column %s %s %s %s', attrelid, attname, atttypid, attnotnull)
        FROM pg_attribute WHERE attrelid IN (SELECT oid FROM ours)
    UNION ALL SELECT format('default %s %s', adrelid, adnum) FROM pg_attrdef
    UNION ALL SELECT format('constraint %s %s', oid, conname) FROM pg_constraint
    UNION ALL SELECT format('trigger %s %s', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT format('function %s', oid) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT format('namespace %s', nspname) FROM pg_namespace WHERE nspname !~ '^pg_t'
    UNION ALL SELECT format('setting %s %s', setdatabase, setconfig) FROM pg_db_role_setting
    UNION ALL SELECT format('version %s', version_num) FROM alembic_version
    UNION ALL SELECT format('version %s %s', app, version) FROM app_versions
)
SELECT md5(string_agg(part, ';' ORDER BY part)), pg_database_size(current_database()) FROM parts
"""
#: Which version the tables have stays there.
_EMPTY = """
DO $$ DECLARE name text; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- in any order
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'app_versions')
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', name); END LOOP;
END $$
"""


class DatabasePool:
    """Databases that are copies of one, and have no rows when they are taken.

    Args:
        cluster: that runs.
        template: a database of it that has all tables.
    """

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._free: list[str] = []
        self._uses: dict[str, int] = {}
        self._states: dict[str, str] = {}

    def take(self) -> str:
        """Return the name of a database that nobody else has."""
        if self._free:
            return self._free.pop()
        name = self._cluster.create_database(self._template)
        ((self._states[name], _),) = self._cluster.execute(_STATE, name)
        return name

    def give_back(self, name: str) -> None:
        """Empty a database for the next test, or drop it where more than its rows was changed.

        Args:
            name: as `take` returned it; whoever is still connected is thrown out.
        """
        self._uses[name] = self._uses.get(name, 0) + 1
        ((state, size),) = self._cluster.execute(_STATE, name)
        is_worn = self._uses[name] >= _MOST_USES or size > _MOST_BYTES
        if is_worn or state != self._states[name]:
            self._cluster.drop_database(name)
            return
        self._cluster.execute(_EMPTY, name)
        self._free.append(name)
