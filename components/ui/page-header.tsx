import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { Fragment, type ReactNode } from 'react'

export type Crumb = { href: string; label: string }

/** The head of a page: where it hangs, what it is, one sentence about it, and what can be done. */
export function PageHeader({
  title,
  lead,
  trail = [],
  state,
  actions,
}: {
  title: ReactNode
  lead?: ReactNode
  trail?: Crumb[]
  state?: ReactNode
  actions?: ReactNode
}) {
  return (
    <header className="mb-6 grid gap-3 sm:mb-8">
      {trail.length > 0 && (
        <nav aria-label="Breadcrumb" className="flex flex-wrap items-center gap-1 text-muted text-sm">
          {trail.map((crumb, place) => (
            <Fragment key={crumb.href}>
              {place > 0 && <ChevronRight className="size-3.5 text-faint" aria-hidden="true" />}
              <Link href={crumb.href} className="max-w-60 truncate hover:text-ink hover:underline">
                {crumb.label}
              </Link>
            </Fragment>
          ))}
        </nav>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="min-w-0 break-words font-semibold text-2xl tracking-tight">{title}</h1>
            {state}
          </div>
          {lead && <p className="max-w-2xl text-pretty text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  )
}
