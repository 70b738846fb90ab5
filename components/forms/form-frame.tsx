import type { ReactNode } from 'react'
import { Notice } from '../ui/notice.tsx'

/** A form: what was refused at its head, fields one below the other, buttons at its foot. */
export function FormFrame({
  submit,
  refusal,
  buttons,
  children,
}: {
  submit: (event: React.FormEvent<HTMLFormElement>) => void
  refusal: string | null
  buttons: ReactNode
  children: ReactNode
}) {
  return (
    <form onSubmit={submit} noValidate>
      <div className="grid gap-5">
        {refusal && (
          <Notice tone="bad" live>
            {refusal}
          </Notice>
        )}
        {children}
      </div>
      {buttons}
    </form>
  )
}
