'use client'

import { type ReactNode, useState, useTransition } from 'react'
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx'
import { DialogButtons } from './dialog.tsx'
import { DialogButton } from './dialog-button.tsx'
import { TextField } from './field.tsx'
import { Notice } from './notice.tsx'
import { toast } from './toaster.tsx'

type Outcome = { ok: true } | { ok: false; message: string }

type ConfirmButtonProps = {
  label: string
  title: string
  confirmLabel: string
  /** What has to be typed before the deed can be done. */
  typed?: string
  /** Said when it has been done. */
  done?: string
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  run: () => Promise<Outcome>
  children: ReactNode
}

/**
 * A button that asks before it acts. `children` names what will be lost. `run` may redirect; what it refuses is
 * shown as a sentence and nothing is closed.
 */
export function ConfirmButton({ variant = 'danger-quiet', size, icon, ...question }: ConfirmButtonProps) {
  const { label, title } = question
  return (
    <DialogButton variant={variant} size={size} icon={icon} label={label} title={title}>
      {(close) => <Question {...question} danger={variant === 'danger-quiet'} close={close} />}
    </DialogButton>
  )
}

function Question({
  confirmLabel,
  typed,
  done,
  run,
  children,
  danger,
  close,
}: Omit<ConfirmButtonProps, 'variant'> & { danger: boolean; close: () => void }) {
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, startTransition] = useTransition()
  const ready = typed === undefined || text === typed

  function confirm() {
    startTransition(async () => {
      const outcome = await run()
      if (!outcome.ok) return void setRefusal(outcome.message)
      close()
      if (done) toast.good(done)
    })
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) confirm()
      }}
    >
      <div className="grid gap-4">
        <div className="text-muted [&_strong]:font-medium [&_strong]:text-ink [&_ul]:mt-2 [&_ul]:list-disc [&_ul]:pl-5">
          {children}
        </div>
        {typed !== undefined && <TypedName typed={typed} text={text} onChange={setText} />}
        {refusal && (
          <Notice tone="bad" live>
            {refusal}
          </Notice>
        )}
      </div>
      <DialogButtons>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant={danger ? 'danger' : 'primary'} pending={pending} disabled={!ready}>
          {confirmLabel}
        </Button>
      </DialogButtons>
    </form>
  )
}

function TypedName({
  typed,
  text,
  onChange,
}: {
  typed: string
  text: string
  onChange: (text: string) => void
}) {
  return (
    <TextField
      label={
        <>
          Type <code>{typed}</code> to confirm
        </>
      }
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
