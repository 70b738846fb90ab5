'use client'

import { type ReactNode, useState, useTransition } from 'react'
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx'
import { Dialog, DialogButtons } from './dialog.tsx'
import { TextField } from './field.tsx'
import { Notice } from './notice.tsx'
import { toast } from './toaster.tsx'

type Outcome = { ok: true } | { ok: false; message: string }

/**
 * A button that asks before it acts. `children` names what will be lost; `typed`, when given, has to be
 * typed first. `run` may redirect; what it refuses is shown as a sentence and nothing is closed.
 */
export function ConfirmButton({
  label,
  title,
  confirmLabel,
  typed,
  done,
  variant = 'danger-quiet',
  size = 'md',
  icon,
  run,
  children,
}: {
  label: string
  title: string
  confirmLabel: string
  typed?: string
  /** Said when it has been done. */
  done?: string
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  run: () => Promise<Outcome>
  children: ReactNode
}) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()

  function change(next: boolean) {
    if (pending) return
    setOpen(next)
    setText('')
    setRefusal(null)
  }

  function confirm() {
    startTransition(async () => {
      const outcome = await run()
      if (!outcome.ok) {
        setRefusal(outcome.message)
        return
      }
      setOpen(false)
      setText('')
      if (done) toast.good(done)
    })
  }

  return (
    <>
      <Button variant={variant} size={size} icon={icon} onClick={() => change(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={change} title={title}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (typed === undefined || text === typed) confirm()
          }}
        >
          <div className="grid gap-4">
            <div className="text-muted [&_strong]:font-medium [&_strong]:text-ink [&_ul]:mt-2 [&_ul]:list-disc [&_ul]:pl-5">
              {children}
            </div>
            {typed !== undefined && (
              <TextField
                label={
                  <>
                    Type <code className="font-mono">{typed}</code> to confirm
                  </>
                }
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
                autoFocus
              />
            )}
            {refusal && (
              <Notice tone="bad" live>
                {refusal}
              </Notice>
            )}
          </div>
          <DialogButtons>
            <Button onClick={() => change(false)}>Cancel</Button>
            <Button
              type="submit"
              variant={variant === 'danger-quiet' ? 'danger' : variant}
              pending={pending}
              disabled={typed !== undefined && text !== typed}
            >
              {confirmLabel}
            </Button>
          </DialogButtons>
        </form>
      </Dialog>
    </>
  )
}
