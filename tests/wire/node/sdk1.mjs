// A client made with the TypeScript SDK 1.x: node sdk1.mjs MCP_URL [url-elicitation]

import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import { Credentials, listenForCode, obey, openPage } from './host.mjs';

const [, , url, declared] = process.argv;
const capabilities = declared === 'url-elicitation' ? { elicitation: { url: {} } } : {};
const credentials = new Credentials(await listenForCode(), 'TypeScript SDK 1.x');
let client;
let transport;

function connect() {
  transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: credentials });
  client = new Client({ name: 'whole-way', version: '1.0.0' }, { capabilities });
  return client.connect(transport);
}

/** Do something; when it takes a sign-in, hand in the code and do it again. */
async function signedIn(something) {
  try {
    return await something();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(credentials.answer.get('code'));
    return something();
  }
}

/** Call a tool; error -32042 sends the person to the pages that it names. */
async function call({ tool }) {
  try {
    return await signedIn(() => client.callTool({ name: tool }));
  } catch (error) {
    if (!(error instanceof UrlElicitationRequiredError)) throw error;
    for (const elicitation of error.elicitations) await openPage(elicitation.url);
    throw error;
  }
}

await obey({
  connect: () => signedIn(connect),
  list: () => client.listTools(),
  call,
  credentials: () => ({ ...credentials.clientInformation(), ...credentials.tokens() }),
});
