import { expect, test } from 'vitest'
import { describeConnectionError } from './describe-connection-error.ts'

const url = 'postgresql://vestibule:p%40ss-word@db.acme.example:6543/front'
const coded = (code: string, message = 'password=p@ss-word') => Object.assign(new Error(message), { code })

test.each([
  [coded('ECONNREFUSED'), /No PostgreSQL answers at db\.acme\.example:6543/],
  [new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), /No PostgreSQL answers/],
  [coded('ENOTFOUND'), /host "db\.acme\.example" .* unknown/],
  [coded('28P01'), /refused the password of user "vestibule"/],
  [coded('28000'), /does not let user "vestibule" connect to the database "front"/],
  [coded('3D000'), /has no database "front"/],
  [coded('53300'), /no connection left/],
  [coded('57P03'), /starting up/],
  [new Error('timeout expired'), /did not answer in time/],
  [new Error('SASL: client password must be a string'), /asks for a password/],
  [new Error('The server does not support SSL connections'), /does not offer TLS/],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), /certificate .* not trusted/],
  [coded('XX000'), /could not be opened \(XX000\)\.$/],
  ['not even an error', /could not be opened\.$/],
])('%s is one sentence without the password', (error, sentence) => {
  const described = describeConnectionError(error, url)
  expect(described).toMatch(sentence)
  expect(described).not.toMatch(/p@ss|p%40ss/)
})
