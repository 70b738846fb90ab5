import { notFound } from 'next/navigation'

/**
 * A part of the path as text. Next hands it over encoded after a request of its own, decoded after a redirect of
 * an action; what no name can hold is simply not found.
 */
export function pathParam(value: string): string {
  const text = decode(value)
  return /[\u0000-\u001f]/.test(text) ? notFound() : text
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
