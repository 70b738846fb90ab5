/** The names of SAML 2.0, XML Signature and XML Encryption that the test identity provider writes. */

export const samlp = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const saml = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const md = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const ds = 'http://www.w3.org/2000/09/xmldsig#'
export const xenc = 'http://www.w3.org/2001/04/xmlenc#'
export const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'

export const nameIdFormat = {
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
} as const

export const binding = {
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
} as const

export const status = {
  success: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  responder: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
  requestDenied: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
} as const
