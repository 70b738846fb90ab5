import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something to open when it is wanted. */
export function Disclosure({
  summary,
  open,
  children,
}: {
  summary: ReactNode
  open?: boolean
  children: ReactNode
}) {
  return (
    <details className="group" open={open}>
      <summary className="inline-flex list-none items-center gap-1.5 font-medium text-muted hover:text-ink">
        <ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden="true" />
        {summary}
      </summary>
      <div className="pt-3">{children}</div>
    </details>
  )
}
