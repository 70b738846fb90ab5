import { expect, test } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

describeOnEachServer('an answer posted from another site without https', (server) => {
  const form = { SAMLResponse: 'PHg+', RelayState: 'a "quoted" state' }
  const post = (fields: Record<string, string>, site: string) =>
    createClient(server.port, { 'sec-fetch-site': site }).post('/api/oauth/saml', { form: fields })

  test('comes again from our own site, so that the cookie can come along', async () => {
    const answer = await post(form, 'cross-site')
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(`action="${server.url}/api/oauth/saml"`)
    expect(answer.text).toContain('value="PHg+"')
    expect(answer.text).toContain('value="a &quot;quoted&quot; state"')
  })

  test('does so once, and not when it came from our own site', async () => {
    expect((await post({ ...form, again: '1' }, 'cross-site')).status).toBe(400)
    expect((await post(form, 'same-origin')).status).toBe(400)
  })
})
