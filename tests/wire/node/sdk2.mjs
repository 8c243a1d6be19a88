// A client made with the TypeScript SDK 2.x that opens URLs: node sdk2.mjs MCP_URL auto|legacy

import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/client';
import { Credentials, listenForCode, obey, openPage } from './host.mjs';

const [, , url, mode] = process.argv;
const credentials = new Credentials(await listenForCode(), 'TypeScript SDK 2.x');
let client;
let transport;

function connect() {
  transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: credentials });
  client = new Client(
    { name: 'whole-way', version: '1.0.0' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    await openPage(params.url);
    return { action: 'accept' };
  });
  return client.connect(transport);
}

/** Do something; when it takes a sign-in, hand in the browser's answer and do it again. */
async function signedIn(something) {
  try {
    return await something();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    await transport.finishAuth(credentials.answer);
    return something();
  }
}

/** Call a tool; error -32042 (handshake era) sends the person to the pages that it names. */
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
