import Link from 'next/link'
import { buttonClass } from './button.tsx'

export type SearchParams = Record<string, string | string[] | undefined>

/** Links to the next page and back to the first; nothing where one page holds everything. */
export function Pager({
  path,
  params,
  nextCursor,
}: {
  path: string
  params: SearchParams
  nextCursor: string | null
}) {
  const onFirstPage = params.cursor === undefined
  if (onFirstPage && nextCursor === null) return null
  return (
    <nav
      aria-label="Pages"
      className="flex items-center justify-between gap-2 border-line border-t px-4 py-3"
    >
      {onFirstPage ? (
        <span />
      ) : (
        <Link className={buttonClass('quiet', 'sm')} href={address(path, params, null)}>
          First page
        </Link>
      )}
      {nextCursor !== null && (
        <Link className={buttonClass('secondary', 'sm')} href={address(path, params, nextCursor)} rel="next">
          Next page
        </Link>
      )}
    </nav>
  )
}

function address(path: string, params: SearchParams, cursor: string | null): string {
  const next = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    if (name !== 'cursor' && typeof value === 'string' && value !== '') next.set(name, value)
  }
  if (cursor !== null) next.set('cursor', cursor)
  return next.size > 0 ? `${path}?${next}` : path
}
