// A relying party made with openid-client: node openid.mjs ISSUER MCP_URL

import * as openid from 'openid-client';
import { listenForCode, obey, openPage } from './host.mjs';

const [, , issuer, resource] = process.argv;
const callback = await listenForCode();
const loopback = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] };
let config;
let tokens;

/** Discovery and dynamic registration; the signature of id tokens is checked as well. */
async function register() {
  const metadata = { client_name: 'openid-client', redirect_uris: [callback.url] };
  config = await openid.dynamicClientRegistration(
    new URL(issuer),
    { ...metadata, token_endpoint_auth_method: 'client_secret_basic' },
    openid.ClientSecretBasic(),
    loopback,
  );
  return config.clientMetadata();
}

/** Authorization code with PKCE, state and nonce, for one MCP server; the claims of the id token. */
async function signIn() {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedNonce = openid.randomNonce();
  const expectedState = openid.randomState();
  await openPage(
    openid.buildAuthorizationUrl(config, {
      redirect_uri: callback.url,
      scope: 'openid profile email',
      resource,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      nonce: expectedNonce,
      state: expectedState,
    }),
  );
  const answer = new URL(`?${callback.query}`, callback.url);
  const checks = { pkceCodeVerifier, expectedNonce, expectedState, idTokenExpected: true };
  tokens = await openid.authorizationCodeGrant(config, answer, checks, { resource });
  return tokens.claims();
}

/** The status with which the MCP server answers a ping. */
async function ping() {
  const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
  const headers = new Headers({
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  });
  const url = new URL(resource);
  const sent = [config, tokens.access_token, url, 'POST', message, headers];
  try {
    return (await openid.fetchProtectedResource(...sent)).status;
  } catch (error) {
    if (!(error instanceof openid.WWWAuthenticateChallengeError)) throw error;
    return error.status;
  }
}

await obey({
  register,
  signIn,
  ping,
  userinfo: ({ sub }) => openid.fetchUserInfo(config, tokens.access_token, sub),
  introspect: () => openid.tokenIntrospection(config, tokens.access_token),
  refresh: async () => {
    tokens = await openid.refreshTokenGrant(config, tokens.refresh_token, { resource });
    return tokens.expires_in;
  },
  revoke: () => openid.tokenRevocation(config, tokens.access_token),
});
