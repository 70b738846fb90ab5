import type { ReactNode } from 'react'

/** A page that consists of one message and what to do now. */
export function FullPageMessage({
  title,
  children,
  actions,
}: {
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <main className="mx-auto flex min-h-[70dvh] max-w-lg flex-col justify-center gap-2 px-6 py-16">
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      <div className="text-muted">{children}</div>
      {actions && <div className="mt-5 flex flex-wrap gap-2">{actions}</div>}
    </main>
  )
}
