import { expect, test } from 'vitest'
import { type GrantClient, isGrantClient } from './authenticate-client.ts'

const connection = {
  connectionClientId: 'con-client',
  tenant: 'acme',
  product: 'crm',
  connectionSecret: 'own-secret',
}
const encoded = 'tenant=acme&product=crm'

/** Who authorize was asked as, with PKCE or not, and what comes to the token endpoint. */
test.each<[boolean, string, boolean, string, string | null]>([
  // As the connection: its own secret, or none with PKCE.
  [true, 'con-client', false, 'con-client', 'own-secret'],
  [true, 'con-client', true, 'con-client', null],
  [false, 'con-client', false, 'con-client', null],
  [false, 'con-client', false, 'con-client', 'dummy'],
  [false, 'con-client', true, 'con-client', 'dummy'],
  [false, 'con-client', true, 'con-client', 'wrong'],
  [false, 'con-client', false, 'con-client', ''],
  // By tenant and product: the verifier of the configuration as well.
  [true, encoded, false, encoded, 'verifier'],
  [true, encoded, false, encoded, 'own-secret'],
  [true, encoded, true, encoded, null],
  [true, 'con-client', false, encoded, 'own-secret'],
  [true, encoded, false, 'con-client', 'own-secret'],
  [false, encoded, false, 'con-client', 'verifier'],
  [false, encoded, false, encoded, null],
  [false, encoded, false, encoded, 'dummy'],
  [false, encoded, true, encoded, 'dummy'],
  [false, encoded, false, 'tenant=globex&product=crm', 'verifier'],
  [false, encoded, false, 'tenant=acme&product=erp', 'verifier'],
  // Under a name that says nothing, such as dummy: only where authorize was asked under it.
  [true, 'dummy', false, 'dummy', 'verifier'],
  [true, 'dummy', false, 'dummy', 'own-secret'],
  [true, 'dummy', true, 'dummy', 'dummy'],
  [true, 'dummy', true, 'dummy', null],
  [false, 'dummy', false, 'dummy', 'dummy'],
  [false, 'dummy', false, 'dummy', null],
  [false, 'app', true, 'dummy', 'dummy'],
  [false, 'con-client', true, 'dummy', 'dummy'],
  [false, encoded, false, 'dummy', 'verifier'],
  [false, '', false, '', null],
])(
  '%s: asked as %j (PKCE %s), redeemed as %j with %j',
  (expected, clientId, hasPkce, given, clientSecret) => {
    const request = {
      grantType: '',
      code: '',
      redirectUri: '',
      codeVerifier: null,
      clientId: given,
      clientSecret,
    }
    const grant: GrantClient = { ...connection, clientId, hasPkce }
    expect(isGrantClient(request, grant, 'verifier')).toBe(expected)
  },
)
