'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cx } from './cx.ts'

/** The parts of one object, each with an address of its own. */
export function TabLinks({ label, tabs }: { label: string; tabs: { href: string; label: string }[] }) {
  const pathname = usePathname()
  return (
    <nav aria-label={label} className="scroll-quiet mb-6 overflow-x-auto border-line border-b">
      <ul className="flex gap-6">
        {tabs.map((tab) => {
          const current = decodeURI(pathname) === decodeURI(tab.href)
          return (
            <li key={tab.href}>
              <Link
                href={tab.href}
                aria-current={current ? 'page' : undefined}
                className={cx(
                  '-mb-px block whitespace-nowrap border-b-2 py-2 focus-visible:-outline-offset-2',
                  current
                    ? 'border-accent font-medium text-ink'
                    : 'border-transparent text-muted hover:text-ink',
                )}
              >
                {tab.label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
