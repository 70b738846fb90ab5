import { z } from 'zod'

/** Members of a JSON Web Key that are secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')

const keySchema = z
  .discriminatedUnion(
    'kty',
    [
      // 256 bytes, 2048 bits: RFC 7518 §3.3.
      z.looseObject({
        kty: z.literal('RSA'),
        n: base64url.min(342, 'must have at least 2048 bits'),
        e: base64url,
      }),
      z.looseObject({
        kty: z.literal('EC'),
        crv: z.enum(['P-256', 'P-384', 'P-521']),
        x: base64url,
        y: base64url,
      }),
      z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: base64url }),
    ],
    { error: 'must be a public key of type RSA, EC or OKP' },
  )
  .superRefine((key, context) => {
    for (const name of secretMembers)
      if (name in key)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'belongs to a private key; send public keys alone',
        })
  })

/** A JWK set of public keys (RFC 7517 §5): 1 to 20 of them, RSA from 2048 bits, EC or Ed25519. */
export const jwksSchema = z.looseObject(
  {
    keys: z.array(keySchema).min(1, 'must hold a key').max(20, 'must not hold more than 20 keys'),
  },
  { error: 'must be a JWK set' },
)
