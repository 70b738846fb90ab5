import type { Page } from '@playwright/test'
import type { SamlifyIdp } from '../server/testing/start-samlify-idp.ts'
import { typeFirstCode } from './authenticator-app.ts'
import { enterAccount, enterPassword } from './end-user.ts'
import { visit } from './fixtures.ts'
import type { ManagementClient } from './management-client.ts'

/** A page to look at: where it is, and what to do there first. */
export type Place = { name: string; path: string; isPortal: boolean; open?: (page: Page) => Promise<void> }

const redirectUrl = 'https://app.acme.example/callback'

/** Every page of the portal, with something on it, and its dialogs. `missing` matches what is not there on purpose. */
export async function portalPlaces(
  api: ManagementClient,
  identityProvider: SamlifyIdp,
  serverUrl: string,
): Promise<{ places: Place[]; missing: RegExp }> {
  const rawMetadata = await identityProvider.metadata()
  const { clientID } = await api.createConnection({
    tenant: 'places',
    product: 'crm',
    name: 'Employees of Places',
    rawMetadata,
    redirectUrl,
  })
  await api.claimDomain({ tenant: 'places', domain: 'pending.places.example' })
  await api.claimDomain({ tenant: 'places', domain: 'places.example', vouched: true })
  const misconfigured = {
    acsUrl: `${serverUrl}/api/oauth/saml/${clientID}`,
    entityId: `${serverUrl}/saml`,
    audience: 'https://another.example/saml',
  }
  await identityProvider.configure(misconfigured)
  const asking = await api.createConnection({
    ...{ tenant: 'places-asking', product: 'crm', name: 'Who is asked first', provisioning: 'approval' },
    ...{ rawMetadata, redirectUrl },
  })
  /** Somebody signs in who has to be approved; then the list of those who wait. */
  const showRequest = async (page: Page) => {
    const acsUrl = `${serverUrl}/api/oauth/saml/${asking.clientID}`
    await identityProvider.configure({ acsUrl, entityId: `${serverUrl}/saml` })
    await page.goto(
      `/api/oauth/authorize?${new URLSearchParams({
        ...{ response_type: 'code', client_id: 'tenant=places-asking&product=crm', state: 'state' },
        ...{ redirect_uri: redirectUrl, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
      })}`,
    )
    await page.getByLabel('User name').fill('pat.places')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Your request is on its way' }).waitFor()
    await identityProvider.configure(misconfigured)
    await visit(page, '/users/requests')
  }
  const provider = await api.createConnection({
    tenant: 'places',
    product: 'erp',
    oidcMetadata: {
      issuer: 'https://places.okta.com',
      authorization_endpoint: 'https://places.okta.com/authorize',
      token_endpoint: 'https://places.okta.com/token',
      jwks_uri: 'https://places.okta.com/keys',
    },
    oidcClientId: 'client-of-places',
    oidcClientSecret: 'a secret',
    redirectUrl,
  })
  const ownPage = await api.createConnection({
    tenant: 'places',
    product: 'surveys',
    ssoUrl: 'https://places.example/sso',
    redirectUrl,
  })
  const press = (name: string) => async (page: Page) => {
    await page.getByRole('button', { name }).first().click()
    await page.getByRole('dialog').waitFor()
  }
  const connection = `/connections/${clientID}`
  const makeApplication = (name: string) =>
    api.createApplication({ name, product: 'crm', type: 'confidential', redirectUrls: [redirectUrl] })
  await api.createNamespace('places')
  await api.createUser({
    tenant: 'places',
    email: 'somebody-with-a-long-address@places.example',
    password: 'the password of somebody',
    namespaces: ['places'],
  })
  const application = `/applications/${(await makeApplication('CRM of Places')).id}`
  const exchanging = await makeApplication('CRM that exchanges its secret')
  await api.createApplicationSecret(exchanging.id)
  const made = await api.createJwtSsoTarget({
    name: 'Surveys of Places',
    baseUrl: 'https://app.surveys.example',
    audience: 'www.surveys.example',
    tenant: 'places',
    tags: ['Department'],
  })
  const target = `/jwt-sso-targets/${made.id}`
  const ada = await api.createUser({
    ...{ tenant: 'places', email: 'ada@places.example', password: 'the password of ada' },
    ...{ firstName: 'Ada', lastName: 'Of Places', tags: { office: 'Paris', teams: ['red', 'blue'] } },
    attributes: { locale: 'fr', email_verified: true },
  })
  const away = await api.createUser({ tenant: 'places', email: 'away@places.example', status: 'disabled' })
  const user = `/users/${ada.id}`
  await api.invite({ tenant: 'places', email: 'guest@places.example' })
  const places: [string, string, Place['open']?][] = [
    ['home', '/'],
    ['tenants', '/tenants'],
    ['new tenant', '/tenants', press('New tenant')],
    ['no tenant matches', '/tenants?query=nobody'],
    ['tenant', '/tenants/places', openAll],
    ['add a domain', '/tenants/places', press('Add domain')],
    ['vouch for a domain', '/tenants/places', press('Vouch for it')],
    ['delete a tenant', '/tenants/places', press('Delete tenant')],
    ['connections', '/connections'],
    ['new connection', '/connections/new', (page) => showBadAndGoodMetadata(page, rawMetadata)],
    ['new OpenID Connect connection', '/connections/new?kind=oidc&provider=entra-id', showMissing],
    ['OpenID Connect connection', `/connections/${provider.clientID}`, press('Change provider')],
    ['new JWT connection', '/connections/new?kind=jwt&tenant=places', createJwtConnection],
    ['JWT connection', `/connections/${ownPage.clientID}`, press('New secret')],
    ['change a page', `/connections/${ownPage.clientID}`, press('Change page')],
    ['values of a JWT connection', `/connections/${ownPage.clientID}/values`],
    ['settings of a JWT connection', `/connections/${ownPage.clientID}/settings`],
    ['connection', connection],
    ['replace metadata', connection, press('Replace metadata')],
    ['values of a connection', `${connection}/values`],
    ['people of a connection', `${connection}/people`, tryRules],
    ['import a connection', '/connections/import', showWrongSettings],
    [
      'settings of a connection',
      `${connection}/settings`,
      (page) => page.getByText('Unusual settings').click(),
    ],
    ['deactivate a connection', `${connection}/settings`, press('Deactivate')],
    ['outcome of a test', `${connection}/test`, (page) => testSignIn(page)],
    ['applications', '/applications'],
    ['no application matches', '/applications?query=nobody'],
    ['new application', '/applications/new', refuseApplication],
    ['created application', '/applications/new', createApplication],
    ['application', application],
    ['new secret', application, press('New secret')],
    ['delete a secret', `/applications/${exchanging.id}`, press('Delete')],
    ['code for an application', `${application}/code`],
    [
      'settings of an application',
      `${application}/settings`,
      (page) => page.getByText('Unusual settings').click(),
    ],
    ['delete an application', `${application}/settings`, press('Delete application')],
    ['namespaces', '/namespaces'],
    ['new namespace', '/namespaces', press('New namespace')],
    ['no namespace matches', '/namespaces?query=nobody'],
    ['namespace', '/namespaces/places'],
    ['delete a namespace', '/namespaces/places', press('Delete namespace')],
    ['take a user out of a namespace', '/namespaces/places', press('Take out')],
    ['add users to a namespace', '/namespaces/places/add'],
    ['import users', '/users/import?tenant=places', previewImport],
    ['JWT SSO targets', '/jwt-sso-targets'],
    ['no JWT SSO target matches', '/jwt-sso-targets?query=nobody'],
    ['new JWT SSO target', '/jwt-sso-targets/new', refuseTarget],
    ['created JWT SSO target', '/jwt-sso-targets/new', createTarget],
    ['JWT SSO target', target],
    ['exchange the secret of a target', target, press('Exchange secret')],
    ['delete a target', target, press('Delete target')],
    ['token inspector', '/jwt-inspector', inspectToken],
    ['users', '/users'],
    ['no user matches', '/users?query=nobody-at-all'],
    ['new user', '/users/new', refuseUser],
    ['user', user],
    ['disable a user', user, press('Disable')],
    ['disabled user', `/users/${away.id}`],
    ['sessions of a user', `${user}/sessions`],
    ['sign a user out everywhere', `${user}/sessions`, press('Sign out everywhere')],
    ['settings of a user', `${user}/settings`],
    ['change the password of a user', `${user}/settings`, press('Change password')],
    ['delete a user', `${user}/settings`, press('Delete user')],
    ['invitations', '/users/invitations'],
    ['no invitation matches', '/users/invitations?query=nobody-at-all'],
    ['invite somebody', '/users/invitations', press('Invite somebody')],
    ['revoke an invitation', '/users/invitations?query=guest', press('Revoke')],
    ['requests to join', '/users/requests', showRequest],
    [
      'reject a request',
      '/users/requests',
      async (page) => {
        await showRequest(page)
        await press('Reject')(page)
      },
    ],
    ['rejected requests', '/users/requests?status=rejected'],
    ['traces', '/traces'],
    ['trace of a failure', '/traces?outcome=failure&tenant=places', openFirst],
    [
      'audit log',
      '/audit',
      (page) =>
        page
          .getByText(/^\d+ fields?$/)
          .first()
          .click(),
    ],
    ['sessions', '/sessions'],
    ['settings', '/settings'],
    ['members', '/settings/members'],
    ['invite a member', '/settings/members', press('Invite member')],
    ['role of a member', '/settings/members', press('Change role')],
    ['remove a member', '/settings/members', press('Remove')],
    ['no member matches', '/settings/members?query=nobody'],
    ['signing keys', '/settings/signing-keys'],
    ['make the next key', '/settings/signing-keys', press('Make next key')],
    ['outbox', '/settings/outbox', showTestMail],
    ['no mail matches', '/settings/outbox?query=nobody'],
    ['account', '/settings/account'],
    ['add an authenticator app', '/settings/account', press('Add authenticator app')],
    ['add a passkey', '/settings/account', press('Add passkey')],
    ['link that was refused', '/settings/account?company=refused&trace=trc_0'],
    ['no such tenant', '/tenants/nobody'],
    ['no such user', '/users/usr_nobody'],
    ['no such page', '/nowhere'],
  ]
  return {
    places: places.map(([name, path, open]) => ({ name, path, open, isPortal: !path.endsWith('/test') })),
    missing: /\/(tenants\/nobody|users\/usr_nobody|nowhere)\b/,
  }
}

/** Every page an end user can come to without having an account here. */
export async function publicPlaces(
  api: ManagementClient,
  identityProvider: SamlifyIdp,
): Promise<{ places: Place[]; missing: RegExp }> {
  const rawMetadata = await identityProvider.metadata()
  for (const name of ['Employees', 'Contractors']) {
    await api.createConnection({
      tenant: 'choices',
      product: 'crm',
      name,
      // Another entityID: otherwise the second would replace the first.
      rawMetadata: rawMetadata.replace(/entityID="[^"]*/, `$&/${name}`),
      redirectUrl,
    })
  }
  const select = new URLSearchParams({
    response_type: 'code',
    client_id: 'tenant=choices&product=crm',
    redirect_uri: redirectUrl,
    state: 'state',
  })
  await api.changeTenant('choices', {
    registration: { enabled: true, domains: ['choices.example'] },
    joinRequests: { enabled: true },
  })
  const email = 'somebody@choices.example'
  await api.createUser({ tenant: 'choices', email, password: 'the password of somebody' })
  const { clientId } = await api.createApplication({
    name: 'CRM of Choices',
    product: 'crm',
    type: 'public',
    redirectUrls: [redirectUrl],
  })
  const login = (more: Record<string, string> = {}) =>
    `/api/oauth/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUrl,
      scope: 'openid profile email offline_access',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      ...more,
    })}`
  const places: [string, string, Place['open']?][] = [
    ['login page', login()],
    ['login page of a company', login({ tenant: 'choices' })],
    ['password', login(), (page) => enterEmail(page, email)],
    ['wrong password', login(), (page) => typePassword(page, email, 'a guess')],
    [
      'consent',
      login({ prompt: 'consent' }),
      (page) => typePassword(page, email, 'the password of somebody'),
    ],
    ['make an account', '/register?tenant=choices', enterUnfitAddress],
    ['look into your mail', '/register?tenant=choices', register],
    ['no account to be made', '/register?tenant=nobody'],
    ['link that is over', '/register/over'],
    ['find a company', '/join', (page) => findCompany(page, 'choices')],
    ['no company found', '/join', (page) => findCompany(page, 'nobody at all')],
    ['ask to join', '/join?tenant=choices'],
    ['invitation that is not open', '/invite/over'],
    ['where to begin', '/login'],
    ['account of nobody', '/account'],
    ['sign-in to the account', '/account/sign-in'],
    ['wrong password at the account', '/account/sign-in', (page) => openAccount(page, email, 'a guess')],
    ['account', '/account/sign-in', (page) => openAccount(page, email, 'the password of somebody')],
    ['app to set up', '/account', press('Set up an authenticator app')],
    ['passkey to add', '/account', press('Add a passkey')],
    ['sign out everywhere', '/account', press('Sign out everywhere')],
    ['second step', '/account', (page) => toSecondStep(page, email)],
    ['forgotten password', '/reset'],
    ['link that is over', '/reset/over'],
    ['login that is over', '/login?i=over'],
    ['sign-in', '/sign-in'],
    ['refused company sign-in', '/sign-in?company=refused&trace=trc_0'],
    ['forgotten password', '/sign-in/forgot'],
    ['new password', '/sign-in/reset?token=over'],
    ['company sign-in that is over', '/sign-in/link?code=over'],
    ['invitation to the portal that is over', '/join-portal?token=over'],
    ['demo', '/demo'],
    ['test identity provider', '/demo/sign-in', openAll],
    ['signed in to the demo', '/demo/sign-in', signInToDemo],
    ['refused by the demo', '/demo/sign-in', signInWithFault],
    ['error', '/api/oauth/authorize'],
    ['refused token', '/i/refused?reason=access_denied&reference=trc_01kb1234567890'],
    ['choice of a connection', `/api/oauth/authorize?${select}`],
    ['signed out', '/api/oauth/logout'],
    ['refused logout', '/api/oauth/logout?client_id=nobody'],
    ['SAML configuration', '/.well-known/saml-configuration'],
  ]
  return {
    places: places.map(([name, path, open]) => ({ name, path, open, isPortal: false })),
    missing:
      /\/(api\/oauth\/(authorize|logout)|demo\/callback|login|account|second-step|reset|register|invite|i\/refused)\b/,
  }
}

async function openAccount(page: Page, email: string, password: string): Promise<void> {
  await enterAccount(page, email, password)
  await page
    .getByText(/do not belong together|Where you are signed in/)
    .first()
    .waitFor()
}

function press(name: string): NonNullable<Place['open']> {
  return async (page) => {
    await page.getByRole('button', { name, exact: true }).first().click()
    await page.getByText('Back to your account').waitFor()
  }
}

/** Sets up an app on the account page, and signs in anew. */
async function toSecondStep(page: Page, email: string): Promise<void> {
  await press('Set up an authenticator app')(page)
  await typeFirstCode(page)
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await page.goto('/account/sign-in')
  await enterAccount(page, email, 'the password of somebody')
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
}

async function enterEmail(page: Page, email: string): Promise<void> {
  await page.getByLabel('Work e-mail address').fill(email)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByLabel('Password').waitFor()
}

async function typePassword(page: Page, email: string, password: string): Promise<void> {
  await enterPassword(page, email, password)
  await page
    .getByText(/do not belong together|Allow CRM/)
    .first()
    .waitFor()
}

async function showBadAndGoodMetadata(page: Page, rawMetadata: string): Promise<void> {
  await page.getByLabel('Metadata (XML)').fill('<a/>')
  await page.getByText('This is not usable metadata').waitFor()
  await page.getByLabel('Metadata (XML)').fill(rawMetadata)
  await page.getByText('CN=Globex sign-in').waitFor()
  await page.getByRole('button', { name: 'Create connection' }).click()
  await page.getByText('Enter the product.').waitFor()
}

async function refuseApplication(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'Mobile or desktop app' }).check()
  await page.getByLabel('Name').fill('Refused')
  await page.getByLabel('Product').fill('crm')
  await page.getByLabel('Redirect URLs').fill('https://crm.example/cb\nhttp://crm.example/cb')
  await page.getByRole('button', { name: 'Create application' }).click()
  await page.getByText(/Line 2 must be/).waitFor()
}

async function createApplication(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('Created')
  await page.getByLabel('Product').fill('crm')
  await page.getByLabel('Redirect URLs').fill(redirectUrl)
  await page.getByRole('button', { name: 'Create application' }).click()
  await page.getByText('The secret is shown this once').waitFor()
}

async function refuseTarget(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('Refused')
  await page.getByLabel('Base URL').fill('http://app.surveys.example')
  await page.getByText('The product has given us a secret').click()
  await page.getByLabel('Its secret').fill('too short')
  await page.getByRole('button', { name: 'Create target' }).click()
  await page.getByText(/at least 64 bytes, which/).waitFor()
}

async function createTarget(page: Page): Promise<void> {
  await page.getByLabel('Name').fill(`Created ${await page.evaluate(() => `${innerWidth} ${Date.now()}`)}`)
  await page.getByLabel('Base URL').fill('https://app.surveys.example')
  await page.getByLabel('Audience').fill('www.surveys.example')
  await page.getByRole('button', { name: 'Create target' }).click()
  await page.getByText('The secret is shown this once').waitFor()
}

/** A token with several mistakes. */
async function inspectToken(page: Page): Promise<void> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { data: { email: 'pat@acme.example' }, iat: 1, nbf: 1, exp: 1_900_000_000_000 }
  await page
    .getByLabel('Token', { exact: true })
    .fill(`${part({ alg: 'HS256' })}.${part(claims)}.${'x'.repeat(43)}`)
  await page.getByText('This token is refused').waitFor()
}

async function refuseUser(page: Page): Promise<void> {
  await page.getByLabel('E-mail address').fill('ada')
  await page.getByText('Further claims').click()
  await page.getByLabel('Claims').fill('{"sub": "ada"}')
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByText('Sub is a reserved name.').waitFor()
}

async function createJwtConnection(page: Page): Promise<void> {
  await page
    .getByLabel('Product')
    .fill(`surveys of ${await page.evaluate(() => `${innerWidth} ${Date.now()}`)}`)
  await page.getByLabel('SSO URL').fill('https://places.example/login')
  await page.getByLabel('Default redirect URL').fill(redirectUrl)
  await page.getByRole('button', { name: 'Create connection' }).click()
  await page.getByText('The secret is shown this once').waitFor()
}

async function showMissing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create connection' }).click()
  await page.getByText('Enter the client ID.').waitFor()
}

async function testSignIn(page: Page): Promise<void> {
  await page.getByLabel('User name').fill('pat.places')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/test\/result/)
}

async function showTestMail(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send me a test' }).click()
  await page.getByText('Read it').first().click()
}

async function previewImport(page: Page): Promise<void> {
  await page
    .getByLabel('List (CSV)')
    .fill(
      'email,firstName,tags\nsomebody-with-a-long-address@places.example,Some,office=Paris\nnew@places.example,New,\nnobody,,',
    )
  await page.getByRole('button', { name: 'Preview' }).click()
  await page.getByRole('table', { name: 'For instance' }).waitFor()
}

async function tryRules(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /Only people who are users already/ }).check()
  await page.getByText('Namespaces, tags and attributes').click()
  await page.getByRole('button', { name: 'Run it' }).click()
  await page.getByText(/people were tried|nobody to try/).waitFor()
}

async function showWrongSettings(page: Page): Promise<void> {
  await page.getByLabel('Settings (JSON)').fill('{ "LoginUrl": "x" }')
  await page.getByRole('button', { name: 'Show what comes of it' }).click()
  await page.getByText('Enter the product.').waitFor()
}

async function openFirst(page: Page): Promise<void> {
  await page.getByRole('table').getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Checks' }).waitFor()
}

async function openAll(page: Page): Promise<void> {
  for (const summary of await page.locator('summary').all()) await summary.click()
}

async function signInToDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: /^Signed in as/ }).waitFor()
}

async function signInWithFault(page: Page): Promise<void> {
  await page.getByText('Send a faulty response').click()
  await page.getByRole('radio', { name: 'Signed with an unknown certificate' }).check()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'The sign-in was refused' }).waitFor()
}

async function fillRegistration(page: Page, email: string): Promise<void> {
  await page.getByLabel('Work e-mail address').fill(email)
  await page.getByLabel('Choose a password').fill('seven green kettles in a boat')
  await page.getByRole('button', { name: 'Make an account' }).click()
}

async function enterUnfitAddress(page: Page): Promise<void> {
  await fillRegistration(page, 'pat@elsewhere.example')
  await page.getByRole('alert').waitFor()
}

async function register(page: Page): Promise<void> {
  // Another each time: five mails an hour go to one mailbox.
  await fillRegistration(page, `pat-${crypto.randomUUID()}@choices.example`)
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
}

async function findCompany(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name of the company').fill(name)
  await page.getByRole('button', { name: 'Find' }).click()
  await page
    .getByText(/choices|No company of that name/)
    .first()
    .waitFor()
}
