import { endUserPolicy } from './security-headers.ts'

/** A JSON answer. Nothing of ours may be cached unless `headers` says otherwise. */
export function respondJson(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  })
}

/** 204: done, nothing to say. */
export function respondNoContent(): Response {
  return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
}

/** A redirect that turns any method into GET (RFC 9110 §15.4.4), so that no form is posted twice. */
export function respondRedirect(location: string, cookies: string[] = []): Response {
  const headers = new Headers({ location: toAscii(location), 'cache-control': 'no-store' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** A header holds ASCII only; other characters of a URL are percent-encoded as a browser would (RFC 3986 §2.5). */
function toAscii(url: string): string {
  return url.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent)
}

/** An HTML page for an end user. `formTargets`: addresses outside of ours that its form is sent to. */
export function respondHtml(
  status: number,
  html: string,
  options: { cookies?: string[]; formTargets?: string[] } = {},
): Response {
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': endUserPolicy(options.formTargets),
  })
  for (const cookie of options.cookies ?? []) headers.append('set-cookie', cookie)
  return new Response(html, { status, headers })
}

/**
 * An image. `lasting`: this address never shows another one, so that whoever has it need not ask again (RFC 8246).
 * Its type is never guessed from its bytes, not even where no front stands before us.
 */
export function respondImage(image: {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  lasting: boolean
}): Response {
  return new Response(image.bytes, {
    status: 200,
    headers: {
      'content-type': image.type,
      'cache-control': image.lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** A document in another format, such as metadata. */
export function respondText(
  contentType: string,
  body: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, { status: 200, headers: { 'content-type': contentType, ...headers } })
}

const streamed = new WeakSet<Response>()

/** A file to be kept, sent piece by piece as it is made. `fileName` is of ASCII letters, digits, dots and hyphens. */
export function respondFile(contentType: string, fileName: string, pieces: AsyncGenerator<string>): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  const answer = new Response(body, {
    headers: {
      'content-type': contentType,
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    },
  })
  streamed.add(answer)
  return answer
}

/** Whether a body is longer than what should be kept in memory: one of `respondFile`. */
export function isStreamed(answer: Response): boolean {
  return streamed.has(answer)
}
