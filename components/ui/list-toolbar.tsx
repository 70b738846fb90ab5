'use client'

import { Search, X } from 'lucide-react'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef, useTransition } from 'react'
import { cx } from './cx.ts'
import { IconButton } from './icon-button.tsx'

export type Filter = {
  /** Name of the query parameter. */
  name: string
  label: string
  /** What the empty choice means, such as "All tenants". */
  all: string
  options: { value: string; label: string }[]
}

/**
 * Search and filters of a list. They live in the address, so a view can be linked and reloaded;
 * without JavaScript it is a plain GET form. `/` puts the cursor into the search.
 */
export function ListToolbar({ placeholder, filters = [] }: { placeholder?: string; filters?: Filter[] }) {
  const router = useRouter()
  const pathname = usePathname()
  const params = useSearchParams()
  const [pending, startTransition] = useTransition()

  // What was asked for last: the address follows only when its page has come, and until then a search that
  // waits for its pause must not undo a filter chosen meanwhile.
  const wanted = useRef(new URLSearchParams(params))
  useEffect(() => {
    wanted.current = new URLSearchParams(params)
  }, [params])

  /** A changed view begins at its first page. */
  function show(name: string, value: string) {
    const next = new URLSearchParams(wanted.current)
    wanted.current = next
    next.delete('cursor')
    if (value) next.set(name, value)
    else next.delete(name)
    startTransition(() => router.replace(next.size > 0 ? `${pathname}?${next}` : pathname, { scroll: false }))
  }

  return (
    <search>
      <form
        action={pathname}
        className="mb-4 flex flex-wrap items-center gap-2"
        aria-busy={pending || undefined}
        onSubmit={(event) => {
          event.preventDefault()
          show('query', String(new FormData(event.currentTarget).get('query') ?? '').trim())
        }}
      >
        {placeholder && (
          <SearchBox
            placeholder={placeholder}
            query={params.get('query') ?? ''}
            pending={pending}
            onSearch={(query) => show('query', query)}
          />
        )}
        {filters.map((filter) => (
          <FilterChoice
            key={filter.name}
            filter={filter}
            value={params.get(filter.name) ?? ''}
            onChoose={show}
          />
        ))}
        <noscript>
          <button type="submit" className="h-9 rounded-md border border-line-strong px-3.5">
            Show
          </button>
        </noscript>
      </form>
    </search>
  )
}

/** How long after the last key a search begins. */
const pauseMilliseconds = 250

function SearchBox({
  placeholder,
  query,
  pending,
  onSearch,
}: {
  placeholder: string
  query: string
  pending: boolean
  onSearch: (query: string) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useSlashToFocus(input)
  useEffect(() => () => clearTimeout(timer.current), [])

  // A link or the back button may change the search; whoever is typing is left alone.
  useEffect(() => {
    const field = input.current
    if (field && document.activeElement !== field) field.value = query
  }, [query])

  function clear() {
    clearTimeout(timer.current)
    if (input.current) input.current.value = ''
    onSearch('')
    input.current?.focus()
  }

  return (
    <div className="relative min-w-0 flex-1 basis-64 sm:max-w-80">
      <Search
        className={cx(
          'pointer-events-none absolute top-2.5 left-3 size-4 text-faint',
          pending && 'animate-pulse',
        )}
        aria-hidden="true"
      />
      <input
        ref={input}
        type="search"
        name="query"
        defaultValue={query}
        placeholder={placeholder}
        aria-label={placeholder}
        aria-keyshortcuts="/"
        autoComplete="off"
        className="h-9 w-full rounded-md border border-line-strong bg-surface pr-9 pl-9 text-base placeholder:text-faint hover:border-muted focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0"
        onChange={(event) => {
          const text = event.currentTarget.value.trim()
          clearTimeout(timer.current)
          timer.current = setTimeout(() => onSearch(text), pauseMilliseconds)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') clear()
          if (event.key === 'Enter') clearTimeout(timer.current)
        }}
      />
      {query === '' ? (
        <span
          className="pointer-events-none absolute top-2 right-2.5 rounded border border-line px-1.5 font-mono text-faint text-xs leading-4.5 max-sm:hidden"
          aria-hidden="true"
        >
          /
        </span>
      ) : (
        <IconButton label="Clear the search" className="absolute top-0.5 right-0.5" onClick={clear}>
          <X aria-hidden="true" />
        </IconButton>
      )}
    </div>
  )
}

function FilterChoice({
  filter,
  value,
  onChoose,
}: {
  filter: Filter
  value: string
  onChoose: (name: string, value: string) => void
}) {
  return (
    <select
      name={filter.name}
      value={value}
      aria-label={filter.label}
      onChange={(event) => onChoose(filter.name, event.currentTarget.value)}
      className={cx(
        'h-9 max-w-full rounded-md border bg-surface px-2.5 text-base hover:border-muted sm:max-w-52',
        value ? 'border-accent text-ink' : 'border-line-strong text-muted',
      )}
    >
      <option value="">{filter.all}</option>
      {filter.options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}

function useSlashToFocus(input: React.RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key !== '/' || event.metaKey || event.ctrlKey || event.altKey) return
      const target = event.target as HTMLElement | null
      if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [input])
}
