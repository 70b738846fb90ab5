import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import { cx } from './cx.ts'

const looks: Record<Tone, { box: string; icon: typeof Info; ink: string }> = {
  neutral: { box: 'border-line bg-sunken', icon: Info, ink: 'text-muted' },
  accent: { box: 'border-line bg-accent-tint', icon: Info, ink: 'text-accent' },
  good: { box: 'border-line bg-good-tint', icon: CircleCheck, ink: 'text-good' },
  warn: { box: 'border-line bg-warn-tint', icon: TriangleAlert, ink: 'text-warn' },
  bad: { box: 'border-line bg-bad-tint', icon: CircleAlert, ink: 'text-bad' },
}

/** Something the reader should know now: a sentence, and what to do. `live` announces it when it appears. */
export function Notice({
  tone = 'neutral',
  title,
  children,
  action,
  live,
}: {
  tone?: Tone
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  live?: boolean
}) {
  const look = looks[tone]
  const Icon = look.icon
  return (
    <div
      role={live ? (tone === 'bad' ? 'alert' : 'status') : undefined}
      className={cx('flex flex-wrap items-start gap-x-4 gap-y-3 rounded-lg border px-4 py-3', look.box)}
    >
      <div className="flex min-w-0 flex-1 basis-64 items-start gap-3">
        <Icon className={cx('mt-0.5 size-4 shrink-0', look.ink)} aria-hidden="true" />
        <div className="min-w-0 break-words">
          {title && <p className="font-medium">{title}</p>}
          {children && <div className={cx(title ? 'text-muted' : undefined)}>{children}</div>}
        </div>
      </div>
      {action}
    </div>
  )
}
