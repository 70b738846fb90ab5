import type { ReactNode } from 'react'
import { BrandMark } from './brand.tsx'

/** A page at the door of the portal, for those who are not signed in yet: one thing to do, in a box. */
export function EntryFrame({
  title,
  lead,
  foot,
  children,
}: {
  title: string
  lead: ReactNode
  foot?: ReactNode
  children: ReactNode
}) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-8 px-4 py-12">
      <div className="grid justify-items-center gap-4 text-center">
        <BrandMark className="size-11" />
        <div className="grid min-w-0 gap-1">
          <h1 className="text-balance font-semibold text-2xl tracking-tight">{title}</h1>
          <p className="text-balance break-words text-muted">{lead}</p>
        </div>
      </div>
      <div className="grid gap-5 rounded-xl border border-line bg-surface p-5 sm:p-7">{children}</div>
      {foot && <div className="text-balance text-center text-muted text-sm">{foot}</div>}
    </main>
  )
}
