// node-oidc-provider with the pages that it brings for development, in memory:
// `node oidc_provider.mjs PORT`; prints a JSON line when it listens.
import { Provider } from "oidc-provider";

const port = Number(process.argv[2]);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "peer",
      client_secret: "peer-secret",
      redirect_uris: ["http://127.0.0.1:1/callback"],
      grant_types: ["authorization_code", "refresh_token"],
    },
  ],
  claims: { openid: ["sub"], email: ["email"], profile: ["name"] },
  cookies: { keys: ["peer"] },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
});
provider.listen(port, "127.0.0.1", () => console.log(JSON.stringify({})));
