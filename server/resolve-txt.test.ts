import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, test } from 'vitest'
import { createTxtResolver } from './resolve-txt.ts'

type Reply = { code: number; texts?: string[][] } | 'silence'

const codes = { noError: 0, serverFailure: 2, nameError: 3, refused: 5 }

describe('TXT records of a name server (RFC 1035)', () => {
  let server: Socket | undefined
  afterEach(() => server?.close())

  test('come as lists of strings', async () => {
    const resolve = await serve({ code: codes.noError, texts: [['one'], ['two ', 'halves']] })
    expect(await resolve('_vestibule.acme.example')).toEqual([['one'], ['two ', 'halves']])
  })

  test.each<[string, Reply]>([
    ['the name does not exist', { code: codes.nameError }],
    ['the name has none', { code: codes.noError }],
  ])('none when %s', async (_case, reply) => {
    expect(await (await serve(reply))('_vestibule.acme.example')).toEqual([])
  })

  test.each<[string, Reply]>([
    ['the server fails', { code: codes.serverFailure }],
    ['the server refuses', { code: codes.refused }],
    ['nobody answers', 'silence'],
  ])('unknown when %s: it throws', async (_case, reply) => {
    await expect((await serve(reply))('_vestibule.acme.example')).rejects.toThrow()
  })

  test('a name that none can be is no proof that there is no record', async () => {
    const resolve = await serve({ code: codes.noError })
    await expect(resolve(`${'a'.repeat(64)}.example`)).rejects.toThrow()
  })

  /** A name server on loopback that answers everything with `reply`. */
  async function serve(reply: Reply) {
    const socket = createSocket('udp4')
    server = socket
    socket.on('message', (question, from) => {
      if (reply !== 'silence') socket.send(encode(question, reply), from.port, from.address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    return createTxtResolver([`127.0.0.1:${socket.address().port}`], 0.1)
  }
})

/** An answer to `question` (RFC 1035 §4.1): its header turned round, its question repeated, one TXT record a text. */
function encode(question: Buffer, { code, texts = [] }: Exclude<Reply, 'silence'>): Buffer {
  const header = Buffer.alloc(12)
  question.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(texts.length, 6)
  const nameEnd = question.indexOf(0, 12)
  const asked = question.subarray(12, nameEnd + 5)
  return Buffer.concat([header, asked, ...texts.map(encodeText)])
}

function encodeText(strings: string[]): Buffer {
  const data = Buffer.concat(strings.map((text) => Buffer.from([text.length, ...Buffer.from(text)])))
  // A pointer to the name in the question, type TXT, class IN, a minute to live.
  const fixed = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 60, 0, data.length])
  return Buffer.concat([fixed, data])
}
