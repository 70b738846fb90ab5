import { friendlyProviderName, providerName } from './provider-name.ts'

/**
 * What we know of well-known identity providers beforehand: a name, an icon, and how one is set up there. Data alone:
 * a connection made with a preset is a connection like any other.
 */
export type PresetKey =
  | 'entra-id'
  | 'okta'
  | 'google'
  | 'jumpcloud'
  | 'onelogin'
  | 'pingone'
  | 'auth0'
  | 'keycloak'
  | 'ad-fs'
  | 'generic'

/**
 * Steps for the administrator of the provider, one sentence or two each. `{acsUrl}`, `{entityId}`, `{metadataUrl}` and
 * `{redirectUri}` stand for the connection's own values.
 */
export type Guide = readonly string[]

export type Preset = {
  name: string
  saml: Guide
  oidc: Guide
  /** What its discovery URL looks like. */
  discoveryExample: string
  /** What the address of its SAML metadata looks like. */
  metadataExample: string
}

/** What a button or a list shows of a provider. `iconPath` is an address below our own. */
export type ProviderPreset = { key: PresetKey; name: string; iconPath: string }

/** The preset for a stored connection, by what its upstream is called. */
export function providerPreset(kind: string, upstreamId: string): ProviderPreset {
  // The address of a customer's own login page says nothing about a product.
  const known = kind === 'jwt' ? null : friendlyProviderName(upstreamId)
  const key = presetKeys.find((one) => presets[one].name === known) ?? 'generic'
  return { key, name: providerName(upstreamId), iconPath: iconPathOf(key) }
}

export function iconPathOf(key: PresetKey): string {
  return `/icons/providers/${key}.svg`
}

export function isPresetKey(key: string): key is PresetKey {
  return Object.hasOwn(presets, key)
}

/** Total: a preset without an entry does not compile. In the order in which they are offered. */
export const presets: Record<PresetKey, Preset> = {
  'entra-id': {
    name: 'Entra ID',
    saml: [
      'In the Microsoft Entra admin center, open Enterprise applications, choose New application and then Create your own application, and pick the kind that is not found in the gallery.',
      'Open Single sign-on, choose SAML and edit Basic SAML Configuration: the Identifier is {entityId}, the Reply URL is {acsUrl}.',
      'Keep the claim for the email address under Attributes & Claims, and add groups there if your product uses them.',
      'Assign the people or groups who may sign in under Users and groups.',
      'Copy the App Federation Metadata Url from SAML Certificates: it is the address of the metadata.',
    ],
    oidc: [
      'In the Microsoft Entra admin center, open App registrations and choose New registration, for accounts in this organizational directory only.',
      'Choose Web as the platform of the redirect URI, and enter {redirectUri}.',
      'Under Certificates & secrets make a new client secret. Copy its value (not its ID) at once, and note when it expires.',
      'Under Token configuration add the optional claims email, given_name and family_name to the ID token. Add auth_time as well if people must sign in anew each time.',
      'The client ID and the directory (tenant) ID stand on the Overview page; the directory ID is part of the discovery URL. Addresses with "common" or "organizations" let in people of any company and are refused here.',
    ],
    discoveryExample:
      'https://login.microsoftonline.com/your-directory-id/v2.0/.well-known/openid-configuration',
    metadataExample:
      'https://login.microsoftonline.com/your-directory-id/federationmetadata/2007-06/federationmetadata.xml?appid=…',
  },
  okta: {
    name: 'Okta',
    saml: [
      'In the Okta admin console, open Applications, choose Create App Integration and then SAML 2.0.',
      'Enter {acsUrl} as Single sign-on URL and {entityId} as Audience URI (SP Entity ID).',
      'Add the attribute statements email (user.email), firstName (user.firstName) and lastName (user.lastName).',
      'Assign the people or groups who may sign in on the Assignments tab.',
      'Copy the Metadata URL from the Sign On tab.',
    ],
    oidc: [
      'In the Okta admin console, open Applications, choose Create App Integration, then OIDC and Web Application.',
      'Keep the grant type Authorization Code, and enter {redirectUri} as sign-in redirect URI.',
      'Assign the people or groups who may sign in.',
      'Copy the client ID and the client secret from the General tab.',
      'The discovery URL begins with the address of your Okta organization.',
    ],
    discoveryExample: 'https://your-company.okta.com/.well-known/openid-configuration',
    metadataExample: 'https://your-company.okta.com/app/exk…/sso/saml/metadata',
  },
  google: {
    name: 'Google',
    saml: [
      'In the Google Admin console, open Apps, then Web and mobile apps, and choose Add app and Add custom SAML app.',
      'Download the metadata on the page with the Google identity provider details.',
      'Enter {acsUrl} as ACS URL and {entityId} as Entity ID. The Name ID is the primary email, in the format EMAIL.',
      'Map Primary email to email, First name to firstName and Last name to lastName.',
      'Turn the app on for the organizational units whose people may sign in.',
    ],
    oidc: [
      'In the Google Cloud console, choose a project of your Workspace organization and set its OAuth consent screen to the user type Internal: otherwise anybody with a Google account could sign in.',
      'Under Credentials create an OAuth client ID of the type Web application.',
      'Enter {redirectUri} as authorized redirect URI.',
      'Copy the client ID and the client secret. The discovery URL is the same for everybody.',
    ],
    discoveryExample: 'https://accounts.google.com/.well-known/openid-configuration',
    metadataExample: 'https://accounts.google.com/o/saml2/idp?idpid=…',
  },
  jumpcloud: {
    name: 'JumpCloud',
    saml: [
      'In the JumpCloud admin portal, open SSO Applications, add a new one, choose Custom Application and then SAML.',
      'Enter {entityId} as SP Entity ID and {acsUrl} as ACS URL.',
      'Choose email as SAMLSubject NameID, and add the attributes email, firstname and lastname.',
      'Give the user groups whose people may sign in access to the application.',
      'Export the metadata, or copy its address.',
    ],
    oidc: [
      'In the JumpCloud admin portal, open SSO Applications, add a new one, choose Custom Application and then OIDC.',
      'Enter {redirectUri} as redirect URI, and choose Client Secret Basic or Client Secret POST for authentication.',
      'Under attribute mapping turn on the scopes Email and Profile.',
      'Copy the client ID and the client secret, which is shown once.',
      'Give the user groups whose people may sign in access to the application.',
    ],
    discoveryExample: 'https://oauth.id.jumpcloud.com/.well-known/openid-configuration',
    metadataExample: 'https://sso.jumpcloud.com/saml2/metadata/…',
  },
  onelogin: {
    name: 'OneLogin',
    saml: [
      'In the OneLogin administration, open Applications, choose Add App and search for SAML Custom Connector (Advanced).',
      'On the Configuration tab enter {entityId} as Audience, and {acsUrl} as Recipient and as ACS URL; as validator the same address with a backslash before each dot and slash.',
      'On the Parameters tab add email, firstName and lastName, each included in the SAML assertion.',
      'Give the roles whose people may sign in access to the app.',
      'Copy the address of the SAML metadata from More Actions.',
    ],
    oidc: [
      'In the OneLogin administration, open Applications, choose Add App and search for OpenID Connect (OIDC).',
      'On the Configuration tab enter {redirectUri} as redirect URI.',
      'On the SSO tab choose Web as application type, and Basic or POST as authentication method of the token endpoint.',
      'Copy the client ID and the client secret from the SSO tab.',
      'Give the roles whose people may sign in access to the app.',
    ],
    discoveryExample: 'https://your-company.onelogin.com/oidc/2/.well-known/openid-configuration',
    metadataExample: 'https://app.onelogin.com/saml/metadata/…',
  },
  pingone: {
    name: 'PingOne',
    saml: [
      'In the PingOne console, open Applications, add one and choose SAML Application.',
      'Choose to import from URL and give {metadataUrl}, or enter {acsUrl} as ACS URL and {entityId} as Entity ID.',
      'Under Attribute Mappings add email, firstName and lastName.',
      'Turn the application on, and copy the metadata URL from its Configuration.',
    ],
    oidc: [
      'In the PingOne console, open Applications, add one and choose OIDC Web App.',
      'Under Configuration keep the response type Code, choose Client Secret Basic or Client Secret Post, and enter {redirectUri} as redirect URI.',
      'Under Resources allow the scopes openid, email and profile.',
      'Turn the application on, and copy the client ID, the client secret and the OIDC discovery endpoint.',
    ],
    discoveryExample: 'https://auth.pingone.eu/your-environment-id/as/.well-known/openid-configuration',
    metadataExample: 'https://auth.pingone.eu/your-environment-id/saml20/metadata/…',
  },
  auth0: {
    name: 'Auth0',
    saml: [
      'In the Auth0 dashboard, create a Regular Web Application and turn on SAML2 Web App on its Addons tab.',
      'Enter {acsUrl} as Application Callback URL.',
      'In the settings below it, set audience to {entityId} and map the attributes email, given_name and family_name.',
      'Copy the address of the Identity Provider Metadata from the Usage tab.',
    ],
    oidc: [
      'In the Auth0 dashboard, create a Regular Web Application.',
      'Enter {redirectUri} under Allowed Callback URLs.',
      'Under Advanced Settings, OAuth, see that the signature algorithm is RS256.',
      'Copy the domain, the client ID and the client secret from Basic Information. The discovery URL begins with the domain.',
    ],
    discoveryExample: 'https://your-company.eu.auth0.com/.well-known/openid-configuration',
    metadataExample: 'https://your-company.eu.auth0.com/samlp/metadata/…',
  },
  keycloak: {
    name: 'Keycloak',
    saml: [
      'In the Keycloak admin console, choose the realm, open Clients and create one of the type SAML with {entityId} as Client ID.',
      'Enter {acsUrl} as valid redirect URI and as Master SAML Processing URL.',
      'Turn Sign assertions on. Under Keys turn Client signature required off, or import our certificate.',
      'Add mappers for the user properties email, firstName and lastName, and for groups if your product uses them.',
      'The metadata stands under Realm settings, SAML 2.0 Identity Provider Metadata.',
    ],
    oidc: [
      'In the Keycloak admin console, choose the realm, open Clients and create one of the type OpenID Connect.',
      'Turn Client authentication on, and of the flows only Standard flow.',
      'Enter {redirectUri} as valid redirect URI.',
      'Copy the client secret from the Credentials tab. The client ID is the one you chose.',
      'Add a Group Membership mapper with the claim name groups if your product uses groups.',
    ],
    discoveryExample: 'https://id.your-company.example/realms/your-realm/.well-known/openid-configuration',
    metadataExample: 'https://id.your-company.example/realms/your-realm/protocol/saml/descriptor',
  },
  'ad-fs': {
    name: 'AD FS',
    saml: [
      'In AD FS Management, choose Add Relying Party Trust, claims aware, and import from {metadataUrl}.',
      'If AD FS cannot reach that address, enter the data by hand: SAML 2.0 WebSSO with {acsUrl}, and {entityId} as relying party trust identifier.',
      'Add a rule that sends LDAP attributes as claims: E-Mail-Addresses as E-Mail Address, Given-Name as Given Name, Surname as Surname.',
      'Add a rule that turns the E-Mail Address into the Name ID, in the format Email.',
      'The metadata of AD FS stands at the address shown below, with the name of your server.',
    ],
    oidc: [
      'In AD FS Management, open Application Groups and add one from the template for a server application that accesses a web API.',
      'Copy the client identifier, and enter {redirectUri} as redirect URI.',
      'Generate a shared secret and copy it: it is the client secret.',
      'As identifier of the web API enter the client identifier again, and permit the scopes openid, email, profile and allatclaims.',
      'Add issuance rules for the web API that send email, given_name and family_name.',
    ],
    discoveryExample: 'https://adfs.your-company.example/adfs/.well-known/openid-configuration',
    metadataExample: 'https://adfs.your-company.example/FederationMetadata/2007-06/FederationMetadata.xml',
  },
  generic: {
    name: 'Any other',
    saml: [
      'Create a SAML 2.0 application at the identity provider.',
      'Enter {acsUrl} as ACS URL (also called reply URL or single sign-on URL) and {entityId} as entity ID (also called audience). Where it reads metadata, {metadataUrl} holds both.',
      'Have it send the attribute email, and firstName, lastName, groups and roles if you use them. It has to sign with RSA-SHA256.',
      'Assign the people who may sign in, and copy its metadata or the address of it.',
    ],
    oidc: [
      'Create an application for the authorization code flow at the provider: a confidential client, also called web application.',
      'Enter {redirectUri} as redirect URI, exactly as it stands here.',
      'Allow it the scopes openid, email and profile, and have it sign ID tokens with a key of its own (RS256 or ES256, for example).',
      'Assign the people who may sign in, and copy the client ID, the client secret and the discovery URL.',
    ],
    discoveryExample: 'https://id.your-company.example/.well-known/openid-configuration',
    metadataExample: 'https://idp.your-company.example/saml/metadata',
  },
}

export const presetKeys = Object.keys(presets) as PresetKey[]
