/**
 * Why a token of a customer's page was refused: one code for each reason, and the sentence an IT admin reads in the
 * trace. The sentence says what is wrong and what the developer of that page must change. It is never shown to the
 * person who signs in.
 */

/** The closed list of reasons. Grouped by the step that finds them. */
export type JwtCause =
  // the parameter and the form of the token (RFC 7515 §7.1, RFC 7519 §7.2)
  | 'jwt_missing'
  | 'jwt_repeated'
  | 'jwt_too_long'
  | 'jwt_encrypted'
  | 'jwt_wrong_parts'
  | 'jwt_not_base64url'
  | 'jwt_header_malformed'
  | 'jwt_payload_malformed'
  | 'jwt_duplicate_member'
  // its header (RFC 7515 §4.1)
  | 'jwt_algorithm_missing'
  | 'jwt_unsigned'
  | 'jwt_weaker_hmac'
  | 'jwt_public_key_algorithm'
  | 'jwt_unknown_algorithm'
  | 'jwt_wrong_type'
  | 'jwt_critical_header'
  // its signature (RFC 7515 §5.2)
  | 'jwt_no_secret'
  | 'jwt_signature_invalid'
  // for whom (RFC 7519 §4.1.3)
  | 'jwt_audience_missing'
  | 'jwt_wrong_audience'
  // when (RFC 7519 §4.1.4–6)
  | 'jwt_issue_time_missing'
  | 'jwt_not_before_missing'
  | 'jwt_expiry_missing'
  | 'jwt_time_malformed'
  | 'jwt_time_in_milliseconds'
  | 'jwt_time_fractional'
  | 'jwt_times_reversed'
  | 'jwt_lifetime_too_long'
  | 'jwt_expired'
  | 'jwt_not_yet_valid'
  | 'jwt_issued_in_future'
  | 'jwt_issued_long_ago'
  // about whom
  | 'jwt_data_missing'
  | 'jwt_email_missing'
  | 'jwt_email_malformed'
  | 'jwt_name_malformed'
  | 'jwt_id_malformed'
  | 'jwt_tags_malformed'

/** What a check saw. `member` is the path of the member of the token it is about, such as `exp` or `data.email`. */
export type Seen = { expected?: string; received?: string; member?: string }

/** One plain sentence, or a few, about what is wrong and what to change. Plain text, not HTML. */
export function explainJwtCause(cause: JwtCause, seen: Seen = {}): string {
  return sentences[cause]({
    expected: seen.expected ?? '?',
    received: seen.received ?? 'nothing',
    member: seen.member ?? '?',
  })
}

/** Refusal of a token, thrown inside this room and turned into a verdict at its edge. */
export class JwtRefusal extends Error {
  readonly jwtCause: JwtCause
  readonly seen: Seen

  constructor(cause: JwtCause, seen: Seen = {}) {
    super(cause)
    this.name = 'JwtRefusal'
    this.jwtCause = cause
    this.seen = seen
  }
}

export function refuse(cause: JwtCause, seen?: Seen): never {
  throw new JwtRefusal(cause, seen)
}

const times =
  'Read the clock once and set iat to the current time, nbf to three minutes before it and exp to five minutes after it.'

const sentences: Record<JwtCause, (seen: Required<Seen>) => string> = {
  jwt_missing: () =>
    'The customer’s page sent the person back without a token. Add the parameter sso_jwt to the address: {return_to_path}?sso_jwt=<token>.',
  jwt_repeated: () =>
    'The address contains the parameter sso_jwt more than once. Send exactly one token, and leave it out of return_to_params.',
  jwt_too_long: ({ expected, received }) =>
    `The token has ${received}; at most ${expected} are taken. Leave out of it what is not needed to sign in.`,
  jwt_encrypted: () =>
    'The token has five parts, so it is an encrypted one (JWE). Send a signed one: HS512 with the secret of this connection.',
  jwt_wrong_parts: ({ received }) =>
    `A token has three parts with a dot between them; this one has ${received}. Put it into the address as the library returns it, without quotes, and see that nothing cuts it off.`,
  jwt_not_base64url: ({ received }) =>
    `The ${received} of the token is not base64url (letters, digits, - and _, without = at the end). Put the token into the address as the library returns it, and encode nothing a second time.`,
  jwt_header_malformed: () =>
    'The first part of the token is not a JSON object. Let a JWT library make the token instead of putting it together by hand.',
  jwt_payload_malformed: () =>
    'The second part of the token is not a JSON object in UTF-8. Give the library the claims as an object, not as a text that is JSON already.',
  jwt_duplicate_member: ({ received }) =>
    `The token contains the member ${received} twice, so it can be read in two ways. Write every member once.`,
  jwt_algorithm_missing: () =>
    'The header of the token names no algorithm. Tell the JWT library to sign with HS512.',
  jwt_unsigned: () =>
    'The token is not signed (alg none), so anybody could have written it. Sign it with HS512 and the secret of this connection.',
  jwt_weaker_hmac: ({ received }) =>
    `The token is signed with ${received}, which many libraries take when nothing is said. Name HS512 as the algorithm.`,
  jwt_public_key_algorithm: ({ received }) =>
    `The token says ${received}, an algorithm of key pairs. There is no key pair here: sign with HS512 and the secret of this connection.`,
  jwt_unknown_algorithm: ({ received }) =>
    `The token says it is signed with ${received}. HS512 alone is taken; the name is written in capitals.`,
  jwt_wrong_type: ({ received }) =>
    `The header of the token calls itself ${received} (typ). Leave typ out, or set it to JWT.`,
  jwt_critical_header: ({ received }) =>
    `The header of the token demands extensions (crit: ${received}) that are not known here. Leave crit out.`,
  jwt_no_secret: () =>
    'This connection has no secret to verify tokens with. Make one in its settings and hand it to the developer of the customer’s page.',
  jwt_signature_invalid: () =>
    'The signature fits no secret of this connection. Compare the secret in the customer’s code with the one shown when it was made: it is used as text, exactly as shown, and not decoded from base64. If it was exchanged, the old one may be deleted already.',
  jwt_audience_missing: ({ expected }) =>
    `The token does not say for whom it is. Set aud to ${expected ? `"${expected}"` : 'the audience that the page of the connection shows'}.`,
  jwt_wrong_audience: ({ expected, received }) =>
    `The token is for ${received}. Set aud to "${expected}", exactly so, without https:// and without a slash at the end unless they are shown here.`,
  jwt_issue_time_missing: ({ received }) =>
    `The token does not say when it was made (iat: ${received}). ${times}`,
  jwt_not_before_missing: ({ received }) =>
    `The token does not say from when on it is valid (nbf: ${received}). ${times}`,
  jwt_expiry_missing: ({ received }) =>
    `The token does not say until when it is valid (exp: ${received}). ${times}`,
  jwt_time_malformed: ({ member, received }) =>
    `The member ${member} is ${received}, which is not a number. Times are whole seconds since 1970 (UTC), as numbers without quotes.`,
  jwt_time_in_milliseconds: ({ member, received }) =>
    `The member ${member} is ${received}: that is a time in milliseconds. Times are seconds since 1970; divide by 1000 and round down.`,
  jwt_time_fractional: ({ member, received }) =>
    `The member ${member} is ${received}, with a fraction. Times are whole seconds since 1970; round down.`,
  jwt_times_reversed: ({ expected, received }) =>
    `The token ends (exp, ${received}) before it begins (nbf, ${expected}). ${times}`,
  jwt_lifetime_too_long: ({ expected, received }) =>
    `The token is valid for ${received}, from nbf to exp; at most ${expected} are taken. ${times}`,
  jwt_expired: ({ expected, received }) =>
    `The token was valid until ${received} and came at ${expected}. Make a new one for every sign-in, right before the redirect; if it was new, the clock of the customer’s server is slow.`,
  jwt_not_yet_valid: ({ expected, received }) =>
    `The token is valid from ${received} on and came at ${expected}. Set nbf to three minutes before the current time; if it is, the clock of the customer’s server is fast.`,
  jwt_issued_in_future: ({ expected, received }) =>
    `The token says it was made at ${received}, and came at ${expected}. Set iat to the current time; if it is, the clock of the customer’s server is fast.`,
  jwt_issued_long_ago: ({ expected, received }) =>
    `The token says it was made at ${received}, and came at ${expected}. Make a new one for every sign-in, with iat set to the current time; if it was new, the clock of the customer’s server is slow.`,
  jwt_data_missing: ({ received }) =>
    `The token says nothing about the person: data is ${received}. Add the member data, an object with the member email.`,
  jwt_email_missing: ({ received }) =>
    `The token does not say the e-mail address of the person (data.email: ${received}). Set data.email, inside data and not beside it.`,
  jwt_email_malformed: ({ received }) =>
    `The member data.email is ${received}, which is not an e-mail address. Send one address such as pat@example.com, without a name and without blanks.`,
  jwt_name_malformed: ({ member, received }) =>
    `The member ${member} is ${received}. Send a text, or leave the member out.`,
  jwt_id_malformed: ({ received }) =>
    `The member data.id is ${received}. Send a text of 1 to 255 characters that stays the same for this person (a number in quotes), or leave the member out.`,
  jwt_tags_malformed: ({ member, received }) =>
    `The member ${member} is ${received}. data.tags is an object of texts such as {"Department": "Sales"}; leave tags out that have no value.`,
}
