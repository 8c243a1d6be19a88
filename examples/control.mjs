// A suite that steers the sandbox over HTTP; Node's own test runner and fetch, no package:
//   SIMULATOR_CONTROL=http://127.0.0.1:8700/_simulator/ node --test examples/control.mjs

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

const { SIMULATOR_CONTROL, SIM_CONTROL_TOKEN } = process.env;

async function control(method, path, body) {
  const headers = SIM_CONTROL_TOKEN ? { Authorization: `Bearer ${SIM_CONTROL_TOKEN}` } : {};
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch(new URL(path, SIMULATOR_CONTROL), {
    method,
    headers,
    body: body && JSON.stringify(body),
  });
  const content = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(content.detail), content); // application/problem+json
  return content;
}

let identity;

beforeEach(async () => {
  await control('POST', 'reset'); // faults, journal and time as well
  identity = (await control('GET', 'description')).systems.identity;
});

after(() => control('POST', 'reset')); // whoever comes next finds the world as it was

test('the issuer is down, once', async () => {
  const discovery = `${identity}/.well-known/openid-configuration`;
  const fault = { request: 'GET /.well-known/*', system: 'identity', status: 503, times: 1 };
  const { number } = await control('POST', 'faults', fault);

  assert.equal((await fetch(discovery)).status, 503);
  assert.equal((await fetch(discovery)).status, 200);

  assert.equal((await control('GET', `faults/${number}`)).hits, 1);
  const asked = { request: 'GET /.well-known/*', system: 'identity', times: 2 };
  const { exchanges } = await control('POST', 'journal/verify', asked);
  assert.deepEqual(exchanges.map((each) => each.status), [503, 200]);
});

test('what was not asked is told', async () => {
  await fetch(`${identity}/healthz`);
  const refused = control('POST', 'journal/verify', { request: 'POST /oauth/token', times: 1 });

  await assert.rejects(refused, (problem) => {
    assert.equal(problem.status, 409);
    assert.deepEqual(problem.exchanges.map((each) => each.path), ['/healthz']);
    return true;
  });
});

test('a day goes by', async () => {
  const before = await control('POST', 'clock/freeze', { at: '2030-01-31T12:00:00Z' });
  const after = await control('POST', 'clock/travel', { by: 24 * 60 * 60 });

  assert.equal(new Date(after.now) - new Date(before.now), 24 * 60 * 60 * 1000);
  await fetch(`${identity}/healthz`);
  const { exchanges } = await control('GET', 'journal?request=/healthz');
  assert.equal(new Date(exchanges[0].at).toISOString(), '2030-02-01T12:00:00.000Z');
});

test('a world is kept, changed and put back', async () => {
  const { people } = await control('GET', 'people');
  const ada = people.find((each) => each.email === 'ada@acme.example');
  await control('PUT', 'snapshots/before');
  await control('PATCH', `people/${ada.id}`, { status: 'disabled', groups: [] });

  await control('POST', 'snapshots/before/restore');

  assert.deepEqual(await control('GET', `people/${ada.id}`), ada);
  await control('DELETE', 'snapshots/before');
});

// An authorization request of a client of yours, as its SDK would make it.
async function authorizationRequest() {
  const redirectUri = 'http://127.0.0.1:45999/callback';
  const registered = await fetch(`${identity}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  });
  const { client_id: clientId } = await registered.json();
  const { servers } = await control('GET', 'description');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'st4te',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', // RFC 7636, appendix B
    code_challenge_method: 'S256',
    resource: servers[0].mcp_url,
  });
  return `${identity}/oauth/authorize?${query}`;
}

test('a person denies, leaves, and allows', async () => {
  const { people } = await control('GET', 'people');
  const ada = people.find((each) => each.email === 'ada@acme.example');
  const visit = async (decision) =>
    control('POST', `people/${ada.id}/visits`, { url: await authorizationRequest(), decision });

  const denied = await visit('deny');
  const left = await visit('leave');
  const allowed = await visit('allow');

  assert.equal(denied.redirect.parameters.error, 'access_denied');
  assert.equal(left.redirect, null);
  assert.ok(allowed.redirect.parameters.code);
  assert.equal(allowed.redirect.parameters.state, 'st4te');
});

test('sign-in by SAML is set up without a page', async () => {
  const own = `workspaces/${(await control('GET', 'workspaces')).workspaces[0].id}`;
  const { idp } = (await control('GET', 'description')).systems;
  await control('POST', `${own}/saml/providers`, { name: 'Okta', metadata_url: `${idp}/metadata` });
  const { environments } = await control('GET', `${own}/environments`);
  const set = await control('PUT', `${own}/environments/${environments[0].id}/saml`, {
    provider: 'Okta',
    domains: ['acme.example'],
  });
  await control('POST', 'identity_provider/applications', {
    name: 'Workato',
    entity_id: set.entity_id,
    acs_url: set.sso_url,
  });

  const { saml } = await control('GET', `${own}/saml`);
  assert.deepEqual([saml[0].enabled, saml[0].provider], [true, 'Okta']);
});
