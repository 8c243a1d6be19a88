"""Jobs with their steps, stubs, and recipes of scenarios in the form that exports have."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from simulator.db.base import Json

revision = '0021'
down_revision = '0020'

_JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
_RECIPES = sa.table('recipes', sa.column('id', sa.Integer), sa.column('code', _JSON))
_API = 'workato_api_platform'
_PLACES = {'workato_recipe_function': '.parameters', _API: '.request'}
_TRIGGER_PILL = re.compile(
    rf"_\('data\.(workato_recipe_function|{_API})\.trigger(?=[.'])(?!\.(?:parameters|request)\b)"
)


def upgrade() -> None:
    """Bring the schema to this version."""
    op.add_column('jobs', sa.Column('calling_job_id', sa.String(), nullable=True))
    op.add_column('jobs', sa.Column('calling_recipe_id', sa.Integer(), nullable=True))
    op.add_column('jobs', sa.Column('steps', Json, server_default='[]', nullable=False))
    op.add_column('recipes', sa.Column('stubs', Json, server_default='[]', nullable=False))
    connection = op.get_bind()
    for recipe_id, code in connection.execute(sa.select(_RECIPES.c.id, _RECIPES.c.code)).all():
        changed = _with_full_pills(_declared(dict(code)))
        if changed != code:
            found = sa.update(_RECIPES).where(_RECIPES.c.id == recipe_id)
            connection.execute(found.values(code=changed))


def _declared(code: dict[str, Any]) -> dict[str, Any]:
    """Return an API recipe's code with a request and responses, instead of a recipe function's."""
    inputs = dict(code.get('input') or {})
    if code.get('provider') != _API or 'parameters_schema_json' not in inputs:
        return code
    body = inputs.pop('result_schema_json', '[]')
    request = {'content_type': 'json', 'schema': inputs.pop('parameters_schema_json')}
    blocks, statuses = [], []
    for block in code.get('block', []):
        if block.get('name') == 'return_response' and 'result' in block.get('input', {}):
            answer = dict(block['input'])
            answer['response'] = answer.pop('result')
            statuses.append(str(answer.get('http_status_code') or 200))
            blocks.append({**block, 'input': answer})
        else:
            blocks.append(block)
    responses = [
        {'name': f'Response {status}', 'http_status_code': status, 'body_schema': body}
        for status in dict.fromkeys(statuses)
    ]
    inputs |= {'request': request, 'response': {'content_type': 'json', 'responses': responses}}
    return {**code, 'input': inputs, 'block': blocks}


def _with_full_pills(value: Any) -> Any:
    if isinstance(value, str):
        return _TRIGGER_PILL.sub(lambda match: match[0] + _PLACES[match[1]], value)
    if isinstance(value, dict):
        return {name: _with_full_pills(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_full_pills(inner) for inner in value]
    return value
