import { expect, test } from 'vitest'
import { friendlyProviderName, providerHost } from './provider-name.ts'

test.each([
  ['http://www.okta.com/exk1fcia6d6EMsf331d8', 'Okta'],
  ['https://acme.okta-emea.com/app/x', 'Okta'],
  ['https://sts.windows.net/2f1a8e0c/', 'Entra ID'],
  ['https://login.microsoftonline.com/2f1a8e0c/v2.0', 'Entra ID'],
  ['https://saml.example.com/entityid', 'MockSAML'],
  ['https://mocksaml.com/saml', 'MockSAML'],
  ['https://app.onelogin.com/saml/metadata/1', 'OneLogin'],
  ['https://id.acme.example/realms/staff', 'Keycloak'],
  ['https://sso.jumpcloud.com/saml2/acme', 'JumpCloud'],
  ['https://accounts.google.com/o/saml2?idpid=C01', 'Google'],
  ['urn:acme.eu.auth0.com', 'Auth0'],
  ['https://auth.pingone.eu/2f1a/saml20', 'PingOne'],
  ['https://idp.acme.example/metadata', null],
  ['https://notokta.company.example', null],
  ['', null],
])('%s is %s', (entityId, name) => expect(friendlyProviderName(entityId)).toBe(name))

test.each([
  ['https://idp.acme.example:8443/metadata', 'idp.acme.example'],
  ['urn:acme:idp', 'urn:acme:idp'],
  ['acme', 'acme'],
  ['', ''],
])('the host of %j is %j', (entityId, host) => expect(providerHost(entityId)).toBe(host))
