import { beforeAll, expect, test } from 'vitest'
import type { Actor } from '#lib/base/actor.ts'
import { removeOrganizationLogo, setOrganizationLogo } from '#lib/organizations/organization-brand.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { logoSample } from '#lib/testing/logo-samples.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

describeOnEachServer('the logo of an organization', (server) => {
  let client: Client
  let home: string
  const abroad = { host: 'abroad.example' }
  const actorOf = (organizationId: string): Actor => ({
    type: 'member',
    id: 'mem_1',
    name: 'Owner',
    role: 'owner',
    organizationId,
    address: '',
    requestId: '',
  })
  /** Takes the image and says where it is served. */
  const show = async (organizationId: string, image: Uint8Array, host: string) => {
    await setOrganizationLogo(server.house, actorOf(organizationId), image)
    server.house.organizations.forget(organizationId)
    return (await server.house.organizations(host)).logo!
  }

  beforeAll(async () => {
    client = createClient(server.port)
    home = (await server.house.organizations(`localhost:${server.port}`)).id
    await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: abroad.host })
  })

  test('is 404 where there is none', async () => {
    const answer = await client.get('/brand/logo')
    expect(answer.status).toBe(404)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['gif', 'image/gif'],
  ] as const)('%s is served as what its bytes are, and never as a document', async (name, type) => {
    const path = await show(home, logoSample(name), `localhost:${server.port}`)
    const answer = await fetch(`${server.url}${path}`)
    expect(answer.status).toBe(200)
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(logoSample(name))
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(answer.headers.get('set-cookie')).toBeNull()
    const head = await fetch(`${server.url}${path}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, type])
  })

  test('a page hidden in the comment of an image is served as an image', async () => {
    const png = logoSample('png')
    const page = '<script>alert(document.domain)</script>'
    const chunk = Buffer.alloc(12 + page.length)
    chunk.writeUInt32BE(page.length, 0)
    chunk.write(`tEXt${page}`, 4, 'latin1')
    const image = new Uint8Array(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))
    const answer = await client.get(await show(home, image, `localhost:${server.port}`))
    expect(answer.text).toContain(page)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })

  test('a version that is not the current one is never kept for ever', async () => {
    const path = await show(home, logoSample('png'), `localhost:${server.port}`)
    await show(home, logoSample('gif'), `localhost:${server.port}`)
    for (const asked of [path, '/brand/logo', '/brand/logo?v=', `${path}0`, '/brand/logo?v=%00%ff']) {
      const answer = await client.get(asked)
      expect([answer.status, answer.headers['content-type']], asked).toEqual([200, 'image/gif'])
      expect(answer.headers['cache-control'], asked).toBe('no-cache')
    }
  })

  test('each host has its own: the version of another organization shows nothing of it', async () => {
    const ours = await show(home, logoSample('png'), `localhost:${server.port}`)
    expect((await client.get(ours, { headers: abroad })).status).toBe(404)
    const theirs = await show('org_abroad', logoSample('gif'), abroad.host)
    expect(theirs).not.toBe(ours)
    const crossed = await client.get(ours, { headers: abroad })
    expect([crossed.headers['content-type'], crossed.headers['cache-control']]).toEqual([
      'image/gif',
      'no-cache',
    ])
    expect((await client.get(theirs)).headers['content-type']).toBe('image/png')
    expect((await client.get(ours, { headers: { host: 'made-up.example' } })).status).toBe(421)
  })

  test.each(['POST', 'PUT', 'DELETE'])('is not changed by %s', async (method) => {
    const path = await show(home, logoSample('png'), `localhost:${server.port}`)
    const answer = await client.send(method, path, { body: '<svg/>' })
    expect(answer.status).toBe(405)
    expect((await client.get(path)).headers['content-type']).toBe('image/png')
  })

  test('stands on the pages of its host, with the name for those who do not see it', async () => {
    const path = await show(home, logoSample('png'), `localhost:${server.port}`)
    const { name } = await server.house.organizations(`localhost:${server.port}`)
    const image = `<img class="logo" src="${path}" alt="${name}">`
    const oauth = ['/api/oauth/authorize', '/api/oauth/logout']
    for (const page of [...oauth, '/login', '/consent', '/idp/select', '/.well-known/saml-configuration']) {
      const { text } = await client.get(page)
      expect(text, page).toContain(image)
    }
    expect((await client.get('/login', { headers: abroad })).text).not.toContain(path)
  })

  test('is gone from pages with its removal', async () => {
    const path = await show(home, logoSample('png'), `localhost:${server.port}`)
    await removeOrganizationLogo(server.house, actorOf(home))
    server.house.organizations.forget(home)
    expect((await client.get(path)).status).toBe(404)
    const { text } = await client.get('/login')
    expect(text).not.toContain('<img')
    expect(text).toContain('<p class="brand">My organization</p>')
  })
})
