import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import type { ApplicationView } from './application.ts'
import { usesSecret } from './application-input.ts'

/**
 * Code to copy, with the application's own values in it. Text in, text out: the portal shows it right after an
 * application was made, with its secret, and later, without one.
 */
export type Snippet = {
  id: 'next-auth' | 'auth-js' | 'openid-client' | 'curl'
  title: string
  /** What it is for, in a sentence. */
  lead: string
  files: SnippetFile[]
}

/** `name`: where the code belongs. */
export type SnippetFile = { name: string; code: string }

export type SnippetApplication = Pick<
  ApplicationView,
  'clientId' | 'type' | 'redirectUrls' | 'tokenEndpointAuthMethod' | 'requireDpop' | 'requirePar'
>

/** `clientSecret`: only where it is known, which is once. */
export type SnippetContext = { issuer: string; clientSecret?: string }

/** What stands where the secret is not known. */
export const secretPlaceholder = 'THE_CLIENT_SECRET'

const scope = 'openid profile email'

/** The snippets that work for the application as it is set up, the most convenient first. */
export function writeSnippets(application: SnippetApplication, context: SnippetContext): Snippet[] {
  const { requireDpop, requirePar } = application
  const plain = !requireDpop && !requirePar
  return [
    ...(plain && usesSecret(application)
      ? [writeNextAuth(application, context), writeAuthJs(application, context)]
      : []),
    writeOpenidClient(application, context),
    ...(plain && application.tokenEndpointAuthMethod !== 'private_key_jwt'
      ? [writeCurl(application, context)]
      : []),
  ]
}

/**
 * The address next-auth and Auth.js come back to, and whether the application allows it. Its last part is the
 * provider's id: of an address that is registered already, otherwise `vestibule`.
 */
export function authJsCallback(application: SnippetApplication): { url: string; allowed: boolean } {
  const { redirectUrls } = application
  const known = redirectUrls.find((url) => /^[^*]+\/api\/auth\/callback\/[A-Za-z0-9_-]+$/.test(url))
  const url = known ?? `${originOf(exampleRedirectUrl(redirectUrls))}/api/auth/callback/vestibule`
  return { url, allowed: isAllowedRedirectUrl(url, redirectUrls) }
}

/** A redirect URL as a request may name it: a registered one, with something in place of its `*`. */
export function exampleRedirectUrl(redirectUrls: string[]): string {
  const exact = redirectUrls.find((url) => !url.includes('*')) ?? redirectUrls[0]
  if (exact === undefined) return 'https://app.example.com/callback'
  return exact.replace(/\/\/\*\./, '//app.').replace(/\*$/, 'callback')
}

function writeNextAuth(application: SnippetApplication, context: SnippetContext): Snippet {
  const { url } = authJsCallback(application)
  return {
    id: 'next-auth',
    title: 'next-auth 4',
    lead: 'For a Next.js application.',
    files: [
      {
        name: '.env.local',
        code: lines(
          `NEXTAUTH_URL=${originOf(url)}`,
          '# openssl rand -base64 33',
          'NEXTAUTH_SECRET=',
          secretLine(context),
        ),
      },
      {
        name: 'app/api/auth/[...nextauth]/route.js',
        code: lines(
          `import NextAuth from ${js('next-auth')}`,
          ``,
          `const handler = NextAuth({`,
          `  providers: [`,
          `    {`,
          `      id: ${js(providerId(url))},`,
          `      name: 'Single sign-on',`,
          `      type: 'oauth',`,
          `      wellKnown: ${js(`${context.issuer}/.well-known/openid-configuration`)},`,
          ...providerCredentials(application),
          `      idToken: true,`,
          `      checks: ['pkce', 'state', 'nonce'],`,
          `      profile: (claims) => ({ id: claims.sub, name: claims.name, email: claims.email }),`,
          `    },`,
          `  ],`,
          `})`,
          ``,
          `export { handler as GET, handler as POST }`,
        ),
      },
    ],
  }
}

function writeAuthJs(application: SnippetApplication, context: SnippetContext): Snippet {
  const { url } = authJsCallback(application)
  return {
    id: 'auth-js',
    title: 'Auth.js',
    lead: 'For Next.js with next-auth 5. The provider is the same for Auth.js in SvelteKit, Express and others.',
    files: [
      {
        name: '.env.local',
        code: lines(
          `AUTH_URL=${originOf(url)}/api/auth`,
          '# openssl rand -base64 33',
          'AUTH_SECRET=',
          secretLine(context),
        ),
      },
      {
        name: 'auth.js',
        code: lines(
          `import NextAuth from ${js('next-auth')}`,
          ``,
          `export const { handlers, auth, signIn, signOut } = NextAuth({`,
          `  providers: [`,
          `    {`,
          `      id: ${js(providerId(url))},`,
          `      name: 'Single sign-on',`,
          `      type: 'oidc',`,
          `      issuer: ${js(context.issuer)},`,
          ...providerCredentials(application),
          `      checks: ['pkce', 'state', 'nonce'],`,
          `    },`,
          `  ],`,
          `})`,
        ),
      },
      {
        name: 'app/api/auth/[...nextauth]/route.js',
        code: lines(`import { handlers } from ${js('@/auth')}`, ``, `export const { GET, POST } = handlers`),
      },
    ],
  }
}

/** Both generations take `client_secret_basic` where nothing else is said. */
function providerCredentials({ clientId, tokenEndpointAuthMethod: method }: SnippetApplication): string[] {
  return [
    `      clientId: ${js(clientId)},`,
    `      clientSecret: process.env.VESTIBULE_CLIENT_SECRET,`,
    ...(method === 'client_secret_basic'
      ? []
      : [`      client: { token_endpoint_auth_method: ${js(method)} },`]),
    `      // Where you know which customer it is, add its tenant: { scope: …, tenant: 'acme.com' }`,
    `      authorization: { params: { scope: ${js(scope)} } },`,
  ]
}

function writeOpenidClient(application: SnippetApplication, context: SnippetContext): Snippet {
  const { clientId, requireDpop, requirePar } = application
  const options = requireDpop ? ', { DPoP }' : ''
  const build = requirePar
    ? 'await client.buildAuthorizationUrlWithPAR(config, {'
    : 'client.buildAuthorizationUrl(config, {'
  return {
    id: 'openid-client',
    title: 'openid-client 6',
    lead: leads[application.type],
    files: [
      ...(usesSecret(application) ? [{ name: '.env', code: lines(secretLine(context)) }] : []),
      {
        name: 'sign-in.js',
        code: lines(
          `import * as client from ${js('openid-client')}`,
          ``,
          ...clientAuthentication(application),
          `const config = await client.discovery(`,
          `  new URL(${js(context.issuer)}),`,
          `  ${js(clientId)},`,
          `  undefined,`,
          `  authentication,`,
          // Plain http is for trying out on one machine.
          ...(context.issuer.startsWith('http:') ? [`  { execute: [client.allowInsecureRequests] },`] : []),
          `)`,
          ...(requireDpop
            ? [
                `// One pair of keys for each person who signs in: their tokens are bound to it.`,
                `const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())`,
              ]
            : []),
          ``,
          `// ${keeping[application.type]}`,
          `export async function beginSignIn() {`,
          `  const pkceCodeVerifier = client.randomPKCECodeVerifier()`,
          `  const expectedState = client.randomState()`,
          `  const expectedNonce = client.randomNonce()`,
          `  const url = ${build}`,
          `    redirect_uri: ${js(exampleRedirectUrl(application.redirectUrls))},${portRemark(application)}`,
          `    scope: ${js(scope)},`,
          `    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),`,
          `    code_challenge_method: 'S256',`,
          `    state: expectedState,`,
          `    nonce: expectedNonce,`,
          `    // tenant: 'acme.com', where you know which customer it is`,
          `  }${requirePar ? options : ''})`,
          `  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }`,
          `}`,
          ``,
          `// With the address that came back, as a URL, and what was kept.`,
          `export async function finishSignIn(currentUrl, checks) {`,
          `  const tokens = await client.authorizationCodeGrant(config, currentUrl, checks${options && `, undefined${options}`})`,
          `  return client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub${options})`,
          `}`,
        ),
      },
    ],
  }
}

const leads: Record<SnippetApplication['type'], string> = {
  confidential: 'For a server in Node.js, Deno, Bun or at the edge.',
  public: 'In the browser, bundled with the rest of your application.',
  native: 'For Electron, React Native or a command line. In Swift and Kotlin, AppAuth takes the same values.',
}

const keeping: Record<SnippetApplication['type'], string> = {
  confidential: 'Send the browser to `url`, and keep `checks` in its session.',
  public: 'Keep `checks` in sessionStorage, then location.assign(url).',
  native: 'Keep `checks` in memory, and open `url` in the system’s browser (RFC 8252).',
}

/** How the client proves itself, as the fourth argument of the discovery. */
function clientAuthentication({ tokenEndpointAuthMethod: method }: SnippetApplication): string[] {
  switch (method) {
    case 'client_secret_basic':
      return [`const authentication = client.ClientSecretBasic(process.env.VESTIBULE_CLIENT_SECRET)`]
    case 'client_secret_post':
      return [`const authentication = client.ClientSecretPost(process.env.VESTIBULE_CLIENT_SECRET)`]
    case 'private_key_jwt':
      return [
        `// A CryptoKey: the private half of the key this application is registered with.`,
        `import { privateKey } from ${js('./private-key.js')}`,
        ``,
        `const authentication = client.PrivateKeyJwt(privateKey)`,
      ]
    case 'none':
      return [`const authentication = client.None()`]
  }
}

function portRemark({ type, redirectUrls }: SnippetApplication): string {
  const url = exampleRedirectUrl(redirectUrls)
  return type === 'native' && url.startsWith('http:') ? ' // with any port that is free' : ''
}

function writeCurl(application: SnippetApplication, { issuer, clientSecret }: SnippetContext): Snippet {
  const { clientId, redirectUrls, tokenEndpointAuthMethod: method } = application
  const redirectUrl = exampleRedirectUrl(redirectUrls)
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUrl,
    scope,
    code_challenge_method: 'S256',
  })
  const credentials = {
    client_secret_basic: `  -u ${sh(clientId)}:"$CLIENT_SECRET" \\`,
    client_secret_post: `  -d client_id=${sh(clientId)} -d client_secret="$CLIENT_SECRET" \\`,
    none: `  -d client_id=${sh(clientId)} \\`,
    private_key_jwt: '',
  }[method]
  return {
    id: 'curl',
    title: 'curl',
    lead: 'To see every step, or to translate it into another language.',
    files: [
      {
        name: 'Terminal',
        code: lines(
          ...(usesSecret(application) ? [`CLIENT_SECRET=${sh(clientSecret ?? secretPlaceholder)}`] : []),
          `# 1. A secret of your own, and its hash (PKCE)`,
          `VERIFIER=$(openssl rand -hex 32)`,
          `CHALLENGE=$(printf %s "$VERIFIER" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')`,
          `STATE=$(openssl rand -hex 16)`,
          ``,
          `# 2. Open this in a browser, and sign in. It goes back with code and state.`,
          `echo ${sh(`${issuer}/api/oauth/authorize?${query}&code_challenge=`)}"$CHALLENGE&state=$STATE"`,
          ``,
          `# 3. Exchange the code`,
          `curl ${sh(`${issuer}/api/oauth/token`)} \\`,
          credentials,
          `  -d grant_type=authorization_code -d code="$CODE" -d code_verifier="$VERIFIER" \\`,
          `  --data-urlencode redirect_uri=${sh(redirectUrl)}`,
          ``,
          `# 4. Who it was`,
          `curl ${sh(`${issuer}/api/oauth/userinfo`)} -H "Authorization: Bearer $ACCESS_TOKEN"`,
        ),
      },
    ],
  }
}

function secretLine({ clientSecret }: SnippetContext): string {
  return `VESTIBULE_CLIENT_SECRET=${clientSecret ?? secretPlaceholder}`
}

function providerId(callback: string): string {
  return callback.slice(callback.lastIndexOf('/') + 1)
}

function originOf(url: string): string {
  const { origin } = new URL(url)
  return origin === 'null' ? 'https://app.example.com' : origin
}

/** A literal of JavaScript. */
function js(text: string): string {
  return `'${text.replace(/[\\']/g, (char) => `\\${char}`)}'`
}

/** A word of a POSIX shell. */
function sh(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function lines(...all: string[]): string {
  return all.join('\n')
}
