import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { ProviderIcon } from './provider-icon.tsx'

type Choice = { key: string; label: string; href: string; chosen: boolean; iconPath?: string }

/** Whose identity provider it is, and which protocol it is to speak: links, so that each choice has an address. A page of the customer’s own is of no provider. */
export function ProviderChoice({ providers, protocols }: { providers: Choice[]; protocols: Choice[] }) {
  return (
    <div className="grid gap-5">
      {providers.length > 0 && (
        <nav aria-label="Identity provider">
          <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-5">
            {providers.map((one) => (
              <li key={one.key}>
                <Link
                  href={one.href}
                  scroll={false}
                  aria-current={one.chosen ? 'true' : undefined}
                  className={cx(
                    'flex h-full items-center gap-2.5 rounded-lg border px-3 py-2.5',
                    one.chosen
                      ? 'border-accent bg-accent-tint font-medium'
                      : 'border-line hover:border-line-strong hover:bg-sunken',
                  )}
                >
                  {one.iconPath && <ProviderIcon path={one.iconPath} />}
                  {one.label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <nav aria-label="Protocol">
        <ul className="flex w-fit rounded-md border border-line bg-sunken p-0.5">
          {protocols.map((one) => (
            <li key={one.key}>
              <Link
                href={one.href}
                scroll={false}
                aria-current={one.chosen ? 'true' : undefined}
                className={cx(
                  'block rounded-[0.3125rem] px-3 py-1',
                  one.chosen ? 'bg-surface font-medium text-ink shadow-xs' : 'text-muted hover:text-ink',
                )}
              >
                {one.label}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  )
}
