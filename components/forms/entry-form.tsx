'use client'

import { type ReactNode, useActionState } from 'react'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** What a plain form at the door of the portal was answered with, and what had been typed that may be shown again. */
export type EntryState = { refusal: string | null; done?: boolean; typed?: string }

/** A plain form at the door of the portal: it works before, and without, JavaScript. `hidden` travels along. */
export function EntryForm({
  action,
  submit,
  hidden = {},
  done,
  children,
}: {
  action: (state: EntryState, form: FormData) => Promise<EntryState>
  submit: string
  hidden?: Record<string, string | undefined>
  /** Shown in place of the form when it was accepted and leads nowhere. */
  done?: ReactNode
  children: ReactNode
}) {
  const [state, send, pending] = useActionState(action, { refusal: null })
  if (state.done && done)
    return (
      <Notice tone="good" live>
        {done}
      </Notice>
    )
  return (
    <form action={send} className="grid gap-4">
      {state.refusal && (
        <Notice tone="bad" live>
          {state.refusal}
        </Notice>
      )}
      {Object.entries(hidden).map(
        ([name, value]) =>
          value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
      )}
      {children}
      <Button type="submit" variant="primary" size="lg" pending={pending} className="mt-1">
        {submit}
      </Button>
    </form>
  )
}
