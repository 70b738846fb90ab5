import { describe, expect, it } from 'vitest'
import { describeAction, listChanges } from './audit-words.ts'

describe('the audit log in words', () => {
  it('names the verb and the object', () => {
    const target = { targetType: 'tenant', targetName: 'Globex', result: 'success' }
    expect(describeAction({ action: 'tenant.created', ...target })).toBe('created the tenant Globex')
  })

  it('leaves out the object of what members do to themselves', () => {
    const target = { targetType: 'member', targetName: 'owner@acme.example', result: 'success' }
    expect(describeAction({ action: 'member.signed-in', ...target })).toBe('signed in to the portal')
    expect(describeAction({ action: 'member.role-changed', ...target })).toBe(
      'changed the role of owner@acme.example',
    )
  })

  it('does not claim that a refused sign-in happened', () => {
    const entry = { action: 'member.signed-in', targetType: 'member', targetName: 'x', result: 'failure' }
    expect(describeAction(entry)).toBe('tried to sign in to the portal')
    expect(describeAction({ ...entry, action: 'member.signed-in-by-break-glass' })).toBe(
      'tried to sign in to the portal in the emergency way',
    )
  })

  it('says of a user how they signed in, and what they did to their own account', () => {
    const ada = { targetType: 'user', targetName: 'ada@acme.example', result: 'success' }
    const way = (amr: string[]) => describeAction({ action: 'user.signed-in', ...ada, after: { amr } })
    expect(way(['pwd'])).toBe('signed in with a password')
    expect(way(['pwd', 'otp', 'mfa'])).toBe('signed in with a password and a second step')
    expect(way(['hwk', 'user', 'mfa'])).toBe('signed in with a passkey')
    expect(describeAction({ action: 'user.recovery-code-used', ...ada })).toBe('used a recovery code')
  })

  it('says of sessions whose they were', () => {
    const ada = { targetType: 'session', targetName: 'ada@acme.example', result: 'success' }
    expect(describeAction({ action: 'session.ended', ...ada })).toBe('ended a session of ada@acme.example')
    const globex = { targetType: 'tenant', targetName: 'Globex', result: 'success' }
    expect(describeAction({ action: 'sessions.ended', ...globex })).toBe(
      'ended all sessions of the tenant Globex',
    )
  })

  it.each([
    ['invitation.sent', 'invitation', 'invited erin@acme.example'],
    ['invitation.revoked', 'invitation', 'took back the invitation of erin@acme.example'],
    ['invitation.accepted', 'invitation', 'accepted an invitation'],
    ['join-request.filed', 'join-request', 'filed the request to join of erin@acme.example'],
    ['join-request.rejected', 'join-request', 'rejected the request to join of erin@acme.example'],
    ['user.registered', 'user', 'made an account'],
  ])('says how people come to an account: %s', (action, targetType, words) => {
    const entry = { action, targetType, targetName: 'erin@acme.example', result: 'success' }
    expect(describeAction(entry)).toBe(words)
  })

  it('says of an organization what became of its face', () => {
    const acme = { targetType: 'organization', targetName: 'Acme', result: 'success' }
    expect(describeAction({ action: 'organization.updated', ...acme })).toBe(
      'renamed the organization to Acme',
    )
    expect(describeAction({ action: 'organization.logo-changed', ...acme })).toBe('changed the logo')
    expect(describeAction({ action: 'organization.logo-removed', ...acme })).toBe('removed the logo')
  })

  it('says of a denial what it was', () => {
    const entry = { action: 'access.denied', targetType: 'member', targetName: 'x', result: 'failure' }
    expect(describeAction(entry)).toBe('tried what their role does not allow')
  })

  it.each([
    ['domain.claimed', 'success', 'claimed the domain acme.example'],
    ['domain.verified', 'success', 'verified the domain acme.example'],
    ['domain.verified', 'failure', 'tried to verify the domain acme.example'],
    ['domain.vouched', 'success', 'vouched for the domain acme.example'],
    ['domain.record-missing', 'success', 'did not find the TXT record of the verified domain acme.example'],
  ])('%s (%s) of a domain', (action, result, words) => {
    expect(describeAction({ action, result, targetType: 'domain', targetName: 'acme.example' })).toBe(words)
  })

  it('finds its own words where verb and object make no sentence', () => {
    const entry = { targetType: 'connection', targetName: 'Okta', result: 'success' }
    expect(describeAction({ action: 'connection.metadata-taken-over', ...entry })).toBe(
      'took over new metadata of the connection Okta',
    )
    const key = { targetType: 'signing-key', targetName: 'for SAML (sig_1)', result: 'success' }
    expect(describeAction({ action: 'signing-key.switched', ...key })).toBe(
      'switched to the next key for SAML (sig_1)',
    )
  })

  it('lists only the fields that differ', () => {
    const before = { name: 'Globex', live: false, urls: ['a'], note: null }
    const after = { name: 'Globex', live: true, urls: ['a', 'b'], note: '' }
    expect(listChanges(before, after)).toEqual([
      { field: 'live', before: 'no', after: 'yes' },
      { field: 'urls', before: 'a', after: 'a, b' },
    ])
  })

  it('shows a creation from nothing and a deletion to nothing', () => {
    expect(listChanges(undefined, { slug: 'globex' })).toEqual([
      { field: 'slug', before: '–', after: 'globex' },
    ])
    expect(listChanges({ slug: 'globex' }, null)).toEqual([{ field: 'slug', before: 'globex', after: '–' }])
    expect(listChanges(null, 'text')).toEqual([])
  })
})
