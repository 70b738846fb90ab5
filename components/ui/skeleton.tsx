import { cx } from './cx.ts'

/** A grey place where text will be. */
export function Skeleton({ className }: { className?: string }) {
  return <span className={cx('block h-4 animate-pulse rounded-md bg-sunken', className)} />
}

/** The outline of a list page while its rows are read. `headed`: its title is there already. */
export function ListSkeleton({ rows = 8, headed }: { rows?: number; headed?: boolean }) {
  const places = Array.from({ length: rows }, (_, place) => `row-${place}`)
  return (
    <div role="status" aria-label="Loading">
      {!headed && <Skeleton className="mb-2 h-8 w-44" />}
      {!headed && <Skeleton className="mb-8 w-80 max-w-full" />}
      <Skeleton className="mb-4 h-9 w-72 max-w-full" />
      <div className="rounded-xl border border-line bg-surface">
        {places.map((place) => (
          <div key={place} className="flex gap-6 border-line border-b px-4 py-3.5 last:border-b-0">
            <Skeleton className="w-1/4" />
            <Skeleton className="w-1/3" />
            <Skeleton className="ml-auto w-20" />
          </div>
        ))}
      </div>
    </div>
  )
}
