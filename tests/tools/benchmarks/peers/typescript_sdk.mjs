// The MCP TypeScript SDK with one tool and a JWT: `node typescript_sdk.mjs PORT`; prints a JSON line
// when it listens. A request without a session is answered in JSON; /session has sessions, and takes
// tokens of the authorization server of the SDK's own examples (in memory, without pages).
import { randomUUID } from "node:crypto";
import express from "express";
import { SignJWT, generateKeyPair, jwtVerify } from "jose";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import { mcpAuthRouter } from "@modelcontextprotocol/sdk/server/auth/router.js";
import { DemoInMemoryAuthProvider } from "@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const { publicKey, privateKey } = await generateKeyPair("RS256");
const token = await new SignJWT({ scope: "call" })
  .setProtectedHeader({ alg: "RS256" })
  .setIssuer(issuer)
  .setAudience("peer")
  .setSubject("ada")
  .setExpirationTime("1h")
  .sign(privateKey);

const verifier = {
  async verifyAccessToken(text) {
    const { payload } = await jwtVerify(text, publicKey, { issuer, audience: "peer" });
    return { token: text, clientId: payload.sub, scopes: [], expiresAt: payload.exp };
  },
};

function makeServer() {
  const server = new McpServer({ name: "peer", version: "1" });
  server.registerTool("policy", { inputSchema: { category: z.string() } }, async ({ category }) => ({
    content: [{ type: "text", text: "Book the cheapest train." }],
    structuredContent: { category, text: "Book the cheapest train." },
  }));
  return server;
}

const app = express();
app.use(express.json());
const own = new DemoInMemoryAuthProvider();
const unlimited = { rateLimit: false };
app.use(
  mcpAuthRouter({
    provider: own,
    issuerUrl: new URL(issuer),
    authorizationOptions: unlimited,
    clientRegistrationOptions: unlimited,
    tokenOptions: unlimited,
  }),
);

app.post("/mcp", requireBearerAuth({ verifier }), async (request, response) => {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  const server = makeServer();
  response.on("close", () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});

const sessions = new Map();
app.all("/session", requireBearerAuth({ verifier: own }), async (request, response) => {
  let transport = sessions.get(request.headers["mcp-session-id"]);
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => sessions.set(id, transport),
      onsessionclosed: (id) => sessions.delete(id),
    });
    await makeServer().connect(transport);
  }
  await transport.handleRequest(request, response, request.body);
});

app.listen(port, "127.0.0.1", () => console.log(JSON.stringify({ token })));
