import { hash, verify } from '@node-rs/argon2'

/**
 * The passwords room: how passwords are hashed, what a new one must be, and how often one may be tried. Knows neither
 * members nor users: both come here with a hash and a name under which tries are counted.
 */

/** argon2id with the parameters OWASP gives as a minimum: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A PHC string that `verifyPassword` understands. About 7 ms of CPU. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), parameters)
}

/** A hash nobody's password fits, so that unknown accounts cost the same time as known ones. */
let decoy: Promise<string> | undefined

/** Whether the password fits. With `null` it works as long and answers false. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password')
  const fits = await verify(passwordHash ?? (await decoy), password.normalize('NFKC'))
  return fits && passwordHash !== null
}
