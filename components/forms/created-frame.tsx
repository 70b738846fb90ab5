'use client'

import Link from 'next/link'
import { type ReactNode, useEffect, useRef } from 'react'
import { buttonClass } from '../ui/button.tsx'
import { type Crumb, PageHeader } from '../ui/page-header.tsx'

/**
 * What was made, in place of the form that made it: what is in it is shown this once. Whoever pressed the button at the
 * foot of the form is brought to the beginning.
 */
export function CreatedFrame({
  trail,
  title,
  lead,
  open,
  children,
}: {
  trail: Crumb[]
  title: string
  lead: string
  /** The way to its page. */
  open: { href: string; label: string }
  children: ReactNode
}) {
  const head = useRef<HTMLDivElement>(null)
  useEffect(() => {
    head.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [])
  const link = (
    <Link href={open.href} className={buttonClass('primary')}>
      {open.label}
    </Link>
  )
  return (
    <>
      <div ref={head} tabIndex={-1} className="outline-none">
        <PageHeader trail={trail} title={title} lead={lead} actions={link} />
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6">{children}</div>
    </>
  )
}
