import type { ReactNode } from 'react'
import { Notice } from '../ui/notice.tsx'
import { type Crumb, PageHeader } from '../ui/page-header.tsx'

/** In place of a page that only changes something. `children`: what to ask an owner or admin for, such as "create the user". */
export function NotForViewers({
  trail,
  title,
  children,
}: {
  trail: Crumb[]
  title: string
  children: ReactNode
}) {
  return (
    <>
      <PageHeader trail={trail} title={title} />
      <Notice title="Your role can look, not change">
        Ask an owner or admin of the organization to {children}.
      </Notice>
    </>
  )
}
