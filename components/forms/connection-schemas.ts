import { z } from 'zod'
import { isHttpsOrLoopbackUrl, isRegistrableRedirectUrl } from '#lib/base/redirect-url.ts'

const name = (what: string) =>
  z
    .string()
    .trim()
    .min(1, `Enter ${what}.`)
    .max(128, 'Use at most 128 characters.')
    .refine((text) => !text.includes(':'), 'A colon is not possible here.')

const wholeUrl = z
  .string()
  .trim()
  .min(1, 'Enter the address to which people come back.')
  .refine(
    (url) => !url.includes('*') && isRegistrableRedirectUrl(url),
    'Enter a whole address such as https://app.acme.example/callback, without * and #.',
  )

const urlLines = z.string().superRefine((text, context) => {
  const wrong = toLines(text).find((line) => !isRegistrableRedirectUrl(line))
  if (wrong !== undefined) {
    context.addIssue({ code: 'custom', message: `This is not an address that can be allowed: ${wrong}` })
  }
})

const returning = { defaultRedirectUrl: wholeUrl, furtherRedirectUrls: urlLines }

const metadata = {
  source: z.enum(['text', 'url']),
  rawMetadata: z.string(),
  metadataUrl: z.string().trim(),
}

function checkMetadata(
  values: { source: 'text' | 'url'; rawMetadata: string; metadataUrl: string },
  context: z.RefinementCtx,
): void {
  if (values.source === 'text' && values.rawMetadata.trim() === '') {
    context.addIssue({
      code: 'custom',
      path: ['rawMetadata'],
      message: 'Paste the metadata, or choose its file.',
    })
  }
  if (values.source === 'url' && !/^https?:\/\/./.test(values.metadataUrl)) {
    context.addIssue({
      code: 'custom',
      path: ['metadataUrl'],
      message: 'Enter an address that begins with https://.',
    })
  }
}

/** Metadata of an identity provider, by text or by address. */
export const metadataForm = z.object(metadata).superRefine(checkMetadata)

/** A connection that is to be. */
export const newConnectionForm = z
  .object({
    tenant: name('the slug of the tenant'),
    product: name('the product'),
    name: z.string().trim().max(200, 'Use at most 200 characters.'),
    ...returning,
    ...metadata,
  })
  .superRefine(checkMetadata)

/** Settings to import, and what they do not say. */
export const importConnectionForm = z.object({
  tenant: name('the slug of the tenant'),
  product: name('the product'),
  name: z.string().trim().max(200, 'Use at most 200 characters.'),
  config: z
    .string()
    .refine((text) => text.trim() !== '', 'Paste the settings.')
    .max(65_536, 'Use at most 64 KB.'),
  idpEntityId: z.string().trim().max(1024, 'Use at most 1024 characters.'),
  ...returning,
})

const provider = {
  oidcDiscoveryUrl: z.string().trim().max(2048, 'Use at most 2048 characters.'),
  oidcMetadata: z.string().trim(),
}
const clientSecret = z.string().trim().max(4096, 'Use at most 4096 characters.')

/** An OpenID provider is described by the address of its discovery document, or else by the document itself. */
function checkProvider(
  { oidcDiscoveryUrl, oidcMetadata }: { oidcDiscoveryUrl: string; oidcMetadata: string },
  context: z.RefinementCtx,
): void {
  const path = ['oidcDiscoveryUrl']
  if (oidcDiscoveryUrl === '' && oidcMetadata === '')
    context.addIssue({
      code: 'custom',
      path,
      message: 'Enter the discovery URL, or paste the metadata below.',
    })
  else if (oidcDiscoveryUrl !== '' && !/^https?:\/\/./.test(oidcDiscoveryUrl))
    context.addIssue({ code: 'custom', path, message: 'Enter an address that begins with https://.' })
}

/** A connection to an OpenID provider that is to be. */
export const newOidcConnectionForm = z
  .object({
    tenant: name('the slug of the tenant'),
    product: name('the product'),
    name: z.string().trim().max(200, 'Use at most 200 characters.'),
    ...returning,
    ...provider,
    oidcClientId: z.string().trim().min(1, 'Enter the client ID.').max(1024, 'Use at most 1024 characters.'),
    oidcClientSecret: clientSecret.min(1, 'Enter the client secret.'),
  })
  .superRefine(checkProvider)

/** What can be changed about the provider of a connection. An empty secret stays what it is. */
export const providerForm = z
  .object({ ...provider, oidcClientSecret: clientSecret })
  .superRefine(checkProvider)

const page = {
  ssoUrl: z
    .string()
    .trim()
    .min(1, 'Enter the address of the customer’s login page.')
    .refine(
      isHttpsOrLoopbackUrl,
      'Enter a whole address that begins with https://, without # and *; http:// is for localhost alone.',
    ),
  audience: z
    .string()
    .trim()
    .max(255, 'Use at most 255 characters.')
    .refine((text) => /^[\x21-\x7e]*$/.test(text), 'Use letters, digits and punctuation, without blanks.'),
}

/** A connection to a customer's own login page that is to be. */
export const newJwtConnectionForm = z.object({
  tenant: name('the slug of the tenant'),
  product: name('the product'),
  name: z.string().trim().max(200, 'Use at most 200 characters.'),
  ...returning,
  ...page,
})

/** What can be changed about the page of a connection. An empty audience stays what it is. */
export const pageForm = z.object(page)

/** What can be changed about a connection. */
export const connectionSettingsForm = z.object({
  name: z.string().trim().max(200, 'Use at most 200 characters.'),
  description: z.string().trim().max(100, 'Use at most 100 characters.'),
  ...returning,
  forceAuthn: z.boolean(),
  allowUnsolicited: z.boolean(),
  allowLegacyEncryption: z.boolean(),
  identifierFormat: z.string().trim().max(200, 'Use at most 200 characters.'),
  samlAudienceOverride: z.string().trim().max(1024, 'Use at most 1024 characters.'),
  acsUrlOverride: z
    .string()
    .trim()
    .refine((url) => url === '' || /^https?:\/\/./.test(url), 'Enter an address that begins with https://.'),
})

/** One entry a line; empty lines and spaces at the ends do not count. */
export function toLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** The addresses as a connection takes them: the default is always among the allowed ones. */
export function toRedirectUrls({
  defaultRedirectUrl,
  furtherRedirectUrls,
}: {
  defaultRedirectUrl: string
  furtherRedirectUrls: string
}) {
  return {
    defaultRedirectUrl,
    redirectUrl: [...new Set([defaultRedirectUrl, ...toLines(furtherRedirectUrls)])],
  }
}
