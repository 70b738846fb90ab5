import { type ReactNode, useId } from 'react'
import { cx } from './cx.ts'

/** A titled part of a page. `flush` lets a table reach the edges. */
export function Section({
  title,
  lead,
  action,
  flush,
  tone,
  children,
}: {
  title: ReactNode
  lead?: ReactNode
  action?: ReactNode
  flush?: boolean
  tone?: 'danger'
  children?: ReactNode
}) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={cx(
        'overflow-clip rounded-xl border bg-surface',
        tone === 'danger' ? 'border-bad/40' : 'border-line',
      )}
    >
      <div
        className={cx(
          'flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 pt-4 sm:px-6 sm:pt-5',
          children ? 'pb-3 sm:pb-4' : 'pb-4 sm:pb-5',
        )}
      >
        <div className="grid gap-0.5">
          <h2 id={id} className="font-semibold text-lg">
            {title}
          </h2>
          {lead && <p className="max-w-2xl text-pretty text-muted">{lead}</p>}
        </div>
        {action}
      </div>
      {children && (
        <div className={flush ? 'border-line border-t' : 'px-4 pb-5 sm:px-6 sm:pb-6'}>{children}</div>
      )}
    </section>
  )
}
