import { createHash } from 'node:crypto'
import { VestibuleError } from '#lib/base/errors.ts'

/** Somebody the test identity provider can sign in. `id` never changes and differs between tenants. */
export type Person = {
  id: string
  email: string
  firstName: string
  lastName: string
  groups: string[]
  roles: string[]
}

/** The four people of a tenant, named by what they do; `tenant` is its slug. The same for every call. */
export function people(tenant: string): readonly Person[] {
  const domain = mailDomain(tenant)
  return cast.map(({ post, lastName, groups, roles }) => ({
    id: `${post}-${createHash('sha256').update(`${tenant}\n${post}`).digest('hex').slice(0, 12)}`,
    email: `${post}@${domain}`,
    firstName: 'Demo',
    lastName,
    groups: [...groups],
    roles: [...roles],
  }))
}

/** The person with this id, email address or local part of it. Throws `validation_failed` naming those there are. */
export function findPerson(tenant: string, wanted: string): Person {
  const everyone = people(tenant)
  const sought = wanted.trim().toLowerCase()
  const found = everyone.find(
    ({ id, email }) => sought === id || sought === email || sought === email.slice(0, email.indexOf('@')),
  )
  if (found) return found
  throw new VestibuleError(
    'validation_failed',
    `There is no such person here. Choose one of ${everyone.map(({ email }) => email).join(', ')}.`,
  )
}

/** A domain under `.example` (RFC 2606 §2) that reads like the slug, whatever characters the slug is made of. */
function mailDomain(tenant: string): string {
  const labels = tenant
    .toLowerCase()
    .normalize('NFKD')
    .split('.')
    .map((label) =>
      label
        .replace(/\p{Mark}/gu, '')
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 40)
        .replace(/^-+|-+$/g, ''),
    )
    .filter((label) => label !== '')
  const readable = labels.slice(0, 4).join('.')
  if (readable !== '') return `${readable}.example`
  return `tenant-${createHash('sha256').update(tenant).digest('hex').slice(0, 8)}.example`
}

const cast = [
  { post: 'engineer', lastName: 'Engineer', groups: ['everyone', 'engineering'], roles: ['developer'] },
  { post: 'administrator', lastName: 'Administrator', groups: ['everyone', 'it'], roles: ['admin'] },
  { post: 'analyst', lastName: 'Analyst', groups: ['everyone', 'finance'], roles: ['viewer'] },
  { post: 'contractor', lastName: 'Contractor', groups: ['external'], roles: [] },
] as const
