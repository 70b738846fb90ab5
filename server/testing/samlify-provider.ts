import { generateKeyPairSync } from 'node:crypto'
import * as samlify from 'samlify'
import { secondsAfter, systemClock } from '#lib/base/clock.ts'
import { systemRandom } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from '#lib/signing/self-signed-certificate.ts'

/** What the admin of an identity provider enters about an application. */
export type Application = {
  entityId: string
  acsUrl: string
  /** Base64 DER; needed for encryption. */
  certificate?: string
  /** What it says the answer is for, when that is not the entityId: a common mistake. */
  audience?: string
  sign?: 'assertion' | 'message' | 'both'
  encrypt?: boolean
  /** Our metadata, for single logout; its metadata then names an address for that. */
  metadata?: string
  /** By which bindings it takes and sends logout messages; both when absent, and it prefers the first. */
  logoutBindings?: Binding[]
}

export type Binding = 'redirect' | 'post'

/** How its browser goes on with a message: an address, or a form to post. */
export type Onward = { url: string; fields?: Record<string, string> }

export type SamlifyProvider = {
  metadata(): string
  configure(application: Application): void
  replaceKey(): void
  /** Reads a login request as samlify does, and refuses those of other applications than the configured one. */
  receive(binding: 'redirect' | 'post', raw: string): Promise<{ request: string; relayState: string }>
  /**
   * Answers the request with that id, always to the configured address; null: it was not asked. `response` is the
   * SAMLResponse field.
   */
  respond(request: string | null, user: string): Promise<{ acsUrl: string; response: string }>
  /** Asks the application to sign the user out; without `everywhere`, of the session it began last. */
  requestLogout(user: string, binding: Binding, everywhere: boolean): Promise<Onward>
  /** Reads a logout message of the application, refuses it unsigned, and answers when it was a request. */
  receiveLogout(binding: Binding, raw: string): Promise<LogoutReceived>
}

export type LogoutReceived =
  | { kind: 'request'; nameId: string; sessionIndexes: string[]; known: boolean; onward: Onward }
  | { kind: 'response'; inResponseTo: string; content: string }

const claim = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const attributes = {
  emailaddress: 'email',
  givenname: 'firstName',
  surname: 'lastName',
} as const

samlify.setSchemaValidator({ validate: async () => 'no schema is at hand' })

/** samlify as the identity provider at `url`, which is a loopback address: for tests. */
export function createSamlifyProvider(url: string): SamlifyProvider {
  let pair = mintPair()
  let application: Application | undefined
  /** SessionIndex by name identifier, of the session that began last. */
  const sessions = new Map<string, string>()

  const logoutBindings = (): Binding[] =>
    application?.metadata ? (application.logoutBindings ?? ['redirect', 'post']) : []

  const logoutParty = () => {
    if (!application?.metadata) throw new Error('This application has no address for single logout here.')
    const signed = { wantLogoutRequestSigned: true, wantLogoutResponseSigned: true }
    return samlify.ServiceProvider({ metadata: application.metadata, ...signed } as never)
  }

  const identityProvider = () =>
    samlify.IdentityProvider({
      entityID: `${url}/metadata`,
      signingCert: pair.certificate,
      privateKey: pair.privateKey,
      requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
      singleSignOnService: ['HTTP-Redirect', 'HTTP-POST'].map((binding) => ({
        Binding: `urn:oasis:names:tc:SAML:2.0:bindings:${binding}`,
        Location: `${url}/sso`,
      })),
      singleLogoutService: logoutBindings().map((binding) => ({
        Binding: `urn:oasis:names:tc:SAML:2.0:bindings:${bindingNames[binding]}`,
        Location: `${url}/slo`,
      })),
      wantLogoutRequestSigned: true,
      wantLogoutResponseSigned: true,
      isAssertionEncrypted: application?.encrypt ?? false,
      dataEncryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
      keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
      loginResponseTemplate: { context: responseTemplate(), attributes: [] },
    } as never)

  const serviceProvider = () => {
    if (!application) throw new Error('No application has been set up here.')
    const { entityId, acsUrl, certificate, sign = 'assertion' } = application
    return samlify.ServiceProvider({
      entityID: entityId,
      ...(certificate && { encryptCert: certificate }),
      wantAssertionsSigned: sign !== 'message',
      wantMessageSigned: sign !== 'assertion',
      assertionConsumerService: [
        { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: acsUrl },
      ],
    } as never)
  }

  return {
    metadata: () => identityProvider().getMetadata(),
    configure: (given) => {
      application = given
    },
    replaceKey: () => {
      pair = mintPair()
    },
    receive: async (binding, raw) => {
      const parameters = Object.fromEntries(new URLSearchParams(raw))
      const message = binding === 'redirect' ? { query: parameters } : { body: parameters }
      const { extract } = await identityProvider().parseLoginRequest(
        serviceProvider(),
        binding,
        message as never,
      )
      if (extract.issuer !== application?.entityId) {
        throw new Error(`This application is not set up here: ${extract.issuer}`)
      }
      return { request: String(extract.request?.id), relayState: parameters.RelayState ?? '' }
    },
    respond: async (request, user) => {
      const sessionIndex = `_${crypto.randomUUID()}`
      sessions.set(addressOf(user), sessionIndex)
      const [from, to] = [identityProvider(), serviceProvider()]
      const { context } = await from.createLoginResponse(
        to,
        { extract: { request: { id: request ?? '' } } },
        'post',
        {},
        {
          // Otherwise the message is signed first, and what it signs then changes.
          encryptThenSign: application?.encrypt ?? false,
          customTagReplacement: (template) =>
            fillTemplate(template, from, application!, request, user, sessionIndex),
        },
      )
      return { acsUrl: application!.acsUrl, response: context }
    },
    requestLogout: async (user, binding, everywhere) => {
      const nameId = addressOf(user)
      const [from, to] = [identityProvider(), logoutParty()]
      const id = `_${crypto.randomUUID()}`
      const context = samlify.SamlLib.replaceTagsByValue(logoutRequestTemplate(!everywhere), {
        ID: id,
        Destination: to.entityMeta.getSingleLogoutService(binding) as string,
        Issuer: from.entityMeta.getEntityID(),
        IssueInstant: systemClock.now().toISOString(),
        NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
        NameID: nameId,
        SessionIndex: sessions.get(nameId) ?? '',
      })
      sessions.delete(nameId)
      const relayState = 'relay of the identity provider'
      const given = { relayState, customTagReplacement: () => ({ id, context }) }
      return toOnward(
        from.createLogoutRequest(to, binding, { logoutNameID: nameId }, given as never) as never,
      )
    },
    receiveLogout: async (binding, raw) => {
      const from = logoutParty()
      const parameters = Object.fromEntries(new URLSearchParams(raw))
      const covered = raw.split('&Signature=')[0]
      const message =
        binding === 'redirect' ? { query: parameters, octetString: covered } : { body: parameters }
      if (parameters.SAMLResponse) {
        const { extract, samlContent } = await identityProvider().parseLogoutResponse(
          from,
          binding,
          message as never,
        )
        return {
          kind: 'response',
          inResponseTo: String(extract.response?.inResponseTo),
          content: samlContent,
        }
      }
      const parsed = await identityProvider().parseLogoutRequest(from, binding, message as never)
      if (parsed.extract.issuer !== application?.entityId)
        throw new Error(`This application is not set up here: ${parsed.extract.issuer}`)
      const nameId = String(parsed.extract.nameID)
      const sessionIndexes = [parsed.extract.sessionIndex ?? []].flat().map(String)
      const known = sessions.delete(nameId)
      const answered = identityProvider().createLogoutResponse(from, parsed as never, logoutBindings()[0]!, {
        relayState: parameters.RelayState ?? '',
      } as never)
      return { kind: 'request', nameId, sessionIndexes, known, onward: toOnward(answered as never) }
    },
  }
}

const bindingNames: Record<Binding, string> = { redirect: 'HTTP-Redirect', post: 'HTTP-POST' }

const addressOf = (user: string) => `${user}@globex.example`

/** What samlify hands out: an address with everything in it, or the parts of a form. */
function toOnward(sent: {
  context: string
  type?: string
  entityEndpoint?: string
  relayState?: string
}): Onward {
  if (!sent.entityEndpoint) return { url: sent.context }
  return {
    url: sent.entityEndpoint,
    fields: { [sent.type!]: sent.context, RelayState: sent.relayState ?? '' },
  }
}

/** samlify's own template; for all sessions of a person without the place for one. */
function logoutRequestTemplate(ofOneSession: boolean): string {
  const { context } = samlify.SamlLib.defaultLogoutRequestTemplate
  return ofOneSession
    ? context
    : context.replace('<samlp:SessionIndex>{SessionIndex}</samlp:SessionIndex>', '')
}

function mintPair(): { privateKey: string; certificate: string } {
  const now = systemClock.now()
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = mintSelfSignedCertificate({
    key: privateKey,
    commonName: 'Globex sign-in',
    notBefore: secondsAfter(now, -86_400),
    notAfter: secondsAfter(now, 365 * 86_400),
    random: systemRandom,
  })
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, certificate }
}

/** samlify's own template, with the statements it leaves open. */
function responseTemplate(): string {
  const values = Object.entries(attributes).map(
    ([name, tag]) =>
      `<saml:Attribute Name="${claim}/${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue>{${tag}}</saml:AttributeValue></saml:Attribute>`,
  )
  return samlify.SamlLib.defaultLoginResponseTemplate.context
    .replace(
      '{AuthnStatement}',
      '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{SessionIndex}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>',
    )
    .replace('{AttributeStatement}', `<saml:AttributeStatement>${values.join('')}</saml:AttributeStatement>`)
}

/** Anybody is known here: `erin.engineer` is Erin Engineer with an address at globex.example. */
function fillTemplate(
  template: string,
  from: ReturnType<typeof samlify.IdentityProvider>,
  { acsUrl, entityId, audience = entityId }: Application,
  request: string | null,
  user: string,
  sessionIndex: string,
) {
  const now = systemClock.now()
  const soon = secondsAfter(now, 300).toISOString()
  const id = `_${crypto.randomUUID()}`
  const [firstName = '', lastName = ''] = user
    .split('.')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
  const email = addressOf(user)
  const values = {
    ID: id,
    AssertionID: `_${crypto.randomUUID()}`,
    Destination: acsUrl,
    SubjectRecipient: acsUrl,
    Audience: audience,
    Issuer: from.entityMeta.getEntityID(),
    IssueInstant: now.toISOString(),
    ConditionsNotBefore: now.toISOString(),
    ConditionsNotOnOrAfter: soon,
    SubjectConfirmationDataNotOnOrAfter: soon,
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    NameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    NameID: email,
    InResponseTo: request ?? '',
    SessionIndex: sessionIndex,
    email,
    firstName,
    lastName,
  }
  const fitting = request === null ? template.replaceAll(' InResponseTo="{InResponseTo}"', '') : template
  return { id, context: samlify.SamlLib.replaceTagsByValue(fitting, values) }
}
