import Link from 'next/link'
import type { ReactNode } from 'react'
import { AccountMenu, type AccountMenuProps } from './account-menu.tsx'
import { BrandMark } from './brand.tsx'
import { Drawer } from './drawer.tsx'
import type { NavigationCounts } from './navigation.ts'
import { Navigation } from './sidebar-navigation.tsx'

/*
 * The portal room: components that know the words of the product (tenant, connection, trace) and take
 * everything they show as props. They must not load data, nor import from app; of lib they
 * take types, and what is as good in a browser.
 */

/** Frame of every page of a signed-in member: navigation at the side, in a drawer where there is no room. */
export function Shell({
  organizationName,
  account,
  counts,
  children,
}: {
  organizationName: string
  counts: NavigationCounts
  account: AccountMenuProps
  children: ReactNode
}) {
  const side = (
    <div className="flex h-full flex-col gap-6">
      <Brand organizationName={organizationName} />
      <div className="scroll-quiet -mx-2 flex-1 overflow-y-auto px-2">
        <Navigation counts={counts} />
      </div>
      <AccountMenu {...account} />
    </div>
  )
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 rounded-md bg-accent-solid px-3 py-2 font-medium text-white not-focus:sr-only"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-line border-r p-4 lg:block">{side}</aside>
      <header className="sticky top-0 z-30 flex h-14 items-center gap-3 border-line border-b bg-canvas px-4 lg:hidden">
        <Drawer>{side}</Drawer>
        <Link href="/" className="flex min-w-0 items-center gap-2.5 font-semibold">
          <BrandMark className="size-6 shrink-0" />
          <span className="truncate">{organizationName}</span>
        </Link>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl px-4 py-6 outline-none sm:px-8 sm:py-10 lg:px-12"
      >
        {children}
      </main>
    </div>
  )
}

function Brand({ organizationName }: { organizationName: string }) {
  return (
    <Link href="/" className="flex items-center gap-2.5 rounded-md px-2 py-1">
      <BrandMark className="size-7 shrink-0" />
      <span className="grid min-w-0 leading-tight">
        <span className="truncate font-semibold">{organizationName}</span>
        <span className="text-muted text-xs">Vestibule</span>
      </span>
    </Link>
  )
}
