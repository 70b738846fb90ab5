import { expect, test } from 'vitest'
import { tenantEntryForm, toTenantEntryChange } from './tenant-entry-schema.ts'

const values = {
  registrationEnabled: true,
  registrationDomains: ' acme.example\n\nbücher.example ',
  joinRequestsEnabled: false,
  tagCategories: 'Department\nCost centre',
}

test('a form becomes a change: lists one entry a line', () => {
  expect(tenantEntryForm.safeParse(values).success).toBe(true)
  expect(toTenantEntryChange(values, true)).toEqual({
    registration: { enabled: true, domains: ['acme.example', 'bücher.example'] },
    joinRequests: { enabled: false },
    tagCategories: ['Department', 'Cost centre'],
  })
})

test('where passwords are refused, whether people register stays as it was set', () => {
  expect(toTenantEntryChange(values, false).registration).not.toHaveProperty('enabled')
})

test.each([
  [{ registrationDomains: 'acme.example\nnot a domain' }, 'registrationDomains', /^line 2 must be a domain/],
  [{ tagCategories: `ok\n${'x'.repeat(129)}` }, 'tagCategories', /^line 2 must not be longer/],
])('%j is refused at its field, with the line', (wrong, path, message) => {
  const { error } = tenantEntryForm.safeParse({ ...values, ...wrong })
  expect(error?.issues).toEqual([
    expect.objectContaining({ path: [path], message: expect.stringMatching(message) }),
  ])
})
