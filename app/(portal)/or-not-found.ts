import { notFound } from 'next/navigation'
import { isVestibuleError } from '#lib/base/errors.ts'

/** What a use case loads; what it does not find becomes the page that says so, with status 404. */
export async function orNotFound<Value>(loading: Promise<Value>): Promise<Value> {
  return (await orNull(loading)) ?? notFound()
}

/** What a use case loads, or null where it does not exist. */
export async function orNull<Value>(loading: Promise<Value>): Promise<Value | null> {
  try {
    return await loading
  } catch (thrown) {
    if (isVestibuleError(thrown) && thrown.code === 'not_found') return null
    throw thrown
  }
}
