'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { cx } from '../ui/cx.ts'
import { currentItem, type NavigationCounts, navigation } from './navigation.ts'

/** Counted no further. */
const most = 99

export function Navigation({ counts }: { counts: NavigationCounts }) {
  const open = currentItem(usePathname())
  return (
    <nav aria-label="Main" className="grid gap-6">
      {navigation.map((group) => (
        <div key={group.label ?? 'first'} className="grid gap-0.5">
          {group.label && <p className="px-2 pb-1 text-faint text-xs">{group.label}</p>}
          <ul className="grid gap-0.5">
            {group.items.map((item) => {
              const current = item === open
              const Icon = item.icon
              return (
                <li key={item.href}>
                  <Link
                    href={item.href}
                    aria-current={current ? 'page' : undefined}
                    className={cx(
                      'flex h-8.5 items-center gap-2.5 rounded-md px-2 transition-colors',
                      current
                        ? 'bg-accent-tint font-medium text-accent'
                        : 'text-muted hover:bg-sunken hover:text-ink',
                    )}
                  >
                    <Icon className="size-4 shrink-0" aria-hidden="true" />
                    <span className="flex-1">{item.label}</span>
                    <Count waiting={counts[item.href] ?? 0} />
                  </Link>
                </li>
              )
            })}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function Count({ waiting }: { waiting: number }) {
  if (waiting === 0) return null
  return (
    <span className="rounded-full bg-accent-solid px-1.5 font-medium text-white text-xs leading-5 tabular-nums">
      {waiting > most ? `${most}+` : waiting}
      <span className="sr-only"> waiting</span>
    </span>
  )
}
