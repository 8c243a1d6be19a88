"""E-mail and event streams by Workato: what is sent stays in the job, and nobody gets it."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text


def send_mail(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a mail in the job's details: `success`. Nobody gets it."""
    if not render_text(inputs.get("to")).strip():
        raise FormulaError("The mail has no recipient (`to`).")
    return {"success": True}


def publish(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a message in the job's details: `message_id`. No recipe is started by it."""
    _check_topic(inputs)
    return {"message_id": _name_message(job, action, 1), "message": inputs.get("message")}


def publish_batch(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Keep several messages in the job's details: `message_ids`, `list_size`."""
    _check_topic(inputs)
    given = inputs.get("messages")
    messages = given if isinstance(given, list) else []
    ids = [_name_message(job, action, number) for number in range(1, len(messages) + 1)]
    return {"message_ids": ids, "list_size": len(ids)}


def _check_topic(inputs: Mapping[str, Any]) -> None:
    topic = inputs.get("topic_id")
    if not (get_mapping(topic).get("name") if isinstance(topic, Mapping) else topic):
        raise FormulaError("No topic is selected (`topic_id`).")


def _name_message(job: JobView, action: Action, number: int) -> str:
    return f"{job.job_id}-{action.step.number + 1}-{number}"


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    ("email", "send_mail"): send_mail,
    ("workato_pub_sub", "publish_to_topic"): publish,
    ("workato_pub_sub", "publish_to_topic_batch"): publish_batch,
}
