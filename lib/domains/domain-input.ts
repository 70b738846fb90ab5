import { z } from 'zod'
import { toDomain } from '../base/email.ts'
import { whyPublic } from './public-domains.ts'

/** What callers may say about a domain. Shared with the browser's forms. */

/** The longest name (RFC 1035 §2.3.4) less `_vestibule.`, where its TXT record stands. */
const longestDomain = 253 - '_vestibule.'.length

/** A domain name as people write it; comes out as it is compared, in its ASCII form (RFC 5890). */
export const domainNameSchema = z.string().transform((written, context) => {
  const domain = toDomain(written)
  const problem =
    domain === null
      ? 'must be a domain name such as acme.example'
      : domain.length > longestDomain
        ? `must not be longer than ${longestDomain} characters`
        : whyPublic(domain)
  if (problem !== null || domain === null) {
    context.addIssue({ code: 'custom', message: problem ?? '' })
    return z.NEVER
  }
  return domain
})

/** `vouched`: an owner answers for it, without a TXT record. */
export const newDomainSchema = z.strictObject({
  domain: domainNameSchema,
  vouched: z.boolean().optional(),
})
export type NewDomainInput = z.output<typeof newDomainSchema>
