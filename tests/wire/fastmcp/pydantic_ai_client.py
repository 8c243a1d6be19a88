"""An agent made with Pydantic AI: `pydantic_ai_client.py URL`, then one wish a line.

Its model is a function that calls the tool once and then says what came back.
"""

import json
import sys

import anyio
from conversation import obey
from pydantic_ai import Agent, ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.messages import ModelRequestPart, RetryPromptPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

TOOL = "List_my_requisitions"


async def main(url: str) -> None:
    answered: list[ModelRequestPart] = []

    def decide(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        answers = [
            part
            for message in messages
            for part in message.parts
            if isinstance(part, ToolReturnPart | RetryPromptPart)
        ]
        if not answers:
            return ModelResponse(parts=[ToolCallPart(TOOL, {})])
        answered[:] = answers
        return ModelResponse(parts=[TextPart("Done.")])

    toolset = MCPToolset(url, auth="oauth")
    agent = Agent(FunctionModel(decide), toolsets=[toolset])
    async with toolset:

        async def call() -> str:
            await agent.run("What did I requisition?")
            (answer,) = answered
            return answer.content if isinstance(answer.content, str) else json.dumps(answer.content)

        async def list_tools() -> list[str]:
            return [tool.name for tool in await toolset.list_tools()]

        await obey({"list": list_tools, "call": call})


anyio.run(main, *sys.argv[1:])
