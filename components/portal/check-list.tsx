import { Check, X } from 'lucide-react'
import { cx } from '../ui/cx.ts'
import type { CheckView } from './trace-views.ts'

/** The checks of a sign-in in the order they were made; the one that failed is the last and stands out. */
export function CheckList({ checks }: { checks: CheckView[] }) {
  return (
    <ol className="divide-y divide-line">
      {checks.map((check, place) => (
        <li
          // The order is the identity: a trace never changes.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={place}
          className={cx('flex gap-3 px-4 py-3 sm:px-6', !check.ok && 'bg-bad-tint')}
        >
          {check.ok ? (
            <Check className="mt-0.5 size-4 shrink-0 text-good" aria-label="Passed" />
          ) : (
            <X className="mt-0.5 size-4 shrink-0 text-bad" aria-label="Failed" />
          )}
          <div className="grid min-w-0 flex-1 gap-1">
            <p className={cx(!check.ok && 'font-medium')}>{check.name}</p>
            {(check.expected !== undefined || check.received !== undefined) && <Compared check={check} />}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Compared({ check }: { check: CheckView }) {
  return (
    <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[5rem_1fr]">
      {check.expected !== undefined && (
        <div className="grid sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-muted">Expected</dt>
          <dd className="min-w-0 break-all font-mono">{check.expected}</dd>
        </div>
      )}
      {check.received !== undefined && (
        <div className="grid sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="text-muted">Received</dt>
          <dd className={cx('min-w-0 break-all font-mono', !check.ok && 'text-bad')}>{check.received}</dd>
        </div>
      )}
    </dl>
  )
}
