import { mintToken, type Random } from './ids.ts'

/**
 * The client ids of applications. Their shape alone tells them from the clientID of a connection, and from
 * `tenant=…&product=…`: nobody has to ask the database which of the two a client is.
 */
const shape = /^vc_[A-Za-z0-9_-]{27}$/

/** A new client id such as `vc_3kTMd…`: 160 random bits, base64url. */
export function mintApplicationClientId(random: Random): string {
  return `vc_${mintToken(random, 20)}`
}

/** Whether the text has the shape of an application's client id. Whether there is such an application is another matter. */
export function isApplicationClientId(text: string): boolean {
  return shape.test(text)
}
