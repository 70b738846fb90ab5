import type { ReactNode } from 'react'

/** What a list says when it holds nothing: why, and what to do next. */
export function EmptyState({
  title,
  as: Title = 'p',
  children,
  action,
}: {
  title: string
  /** `h1` where this is all the page holds. */
  as?: 'p' | 'h1'
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid justify-items-center gap-1 px-6 py-10 text-center">
      <Title className="font-medium text-lg">{title}</Title>
      {children && <div className="max-w-md text-balance text-muted">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
