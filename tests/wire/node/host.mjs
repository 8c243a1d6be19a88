// What the scripts around the TypeScript SDKs share: the person's browser, the callback that it is
// sent back to, credentials in memory, and the test's commands, one JSON line each.

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Show the person a page; resolves when she is done with it. */
export const openPage = (url) => run(process.env.BROWSER, ['--wait', String(url)]);

/** A loopback address for authorization codes (RFC 8252 section 7.3); `query` is the last answer. */
export async function listenForCode() {
  const callback = { query: new URLSearchParams() };
  const server = createServer((request, response) => {
    callback.query = new URL(request.url, callback.url).searchParams;
    response.end('You can go back to your client.');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  callback.url = `http://127.0.0.1:${server.address().port}/callback`;
  return callback;
}

/** An `OAuthClientProvider`, as both SDKs ask for one. */
export class Credentials {
  #callback;
  #state;
  #saved = {};

  constructor(callback, name) {
    this.#callback = callback;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [callback.url],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  get redirectUrl() {
    return this.#callback.url;
  }

  state() {
    return (this.#state = randomUUID());
  }

  redirectToAuthorization(url) {
    return openPage(url);
  }

  /** What the browser brought back for the state that was sent. */
  get answer() {
    const { query } = this.#callback;
    if (query.get('state') !== this.#state) throw new Error(`Not our sign-in: ${query}`);
    return query;
  }

  clientInformation = () => this.#saved.client;
  saveClientInformation = (client) => void (this.#saved.client = client);
  tokens = () => this.#saved.tokens;
  saveTokens = (tokens) => void (this.#saved.tokens = tokens);
  codeVerifier = () => this.#saved.verifier;
  saveCodeVerifier = (verifier) => void (this.#saved.verifier = verifier);

  /** Forget what the authorization server knows no more: `tokens`, `client`, `verifier` or `all`. */
  invalidateCredentials(scope) {
    if (scope === 'all') this.#saved = {};
    delete this.#saved[scope];
  }
}

/** Answer each command on stdin with the function of its name; failures are answers too. */
export async function obey(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { command, ...given } = JSON.parse(line);
    let answer;
    try {
      answer = { result: await commands[command](given) };
    } catch (error) {
      answer = { failure: { name: error.name, message: error.message, code: error.code } };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit();
}
