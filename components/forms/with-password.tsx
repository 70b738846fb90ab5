'use client'

import type { ComponentProps, ReactNode } from 'react'
import { z } from 'zod'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { useActionForm } from './use-action-form.ts'

/** Empty of those who have none. */
export type OwnPassword = { password: string }

type Asked<Value> = {
  confirmLabel: string
  danger?: boolean
  hasPassword: boolean
  act: (values: OwnPassword) => Promise<ActionResult<Value>>
  done: (value: Value) => void
}

/** A button whose deed takes the password once more; who has none is only asked whether they mean it. */
export function WithPassword<Value>({
  label,
  icon,
  title,
  sentence,
  ...asked
}: Asked<Value> & { label: string; icon?: ReactNode; title: string; sentence: string }) {
  const { danger } = asked
  return (
    <DialogButton
      variant={danger ? 'danger-quiet' : 'secondary'}
      size={danger ? 'sm' : 'md'}
      icon={icon}
      label={label}
      title={title}
      description={sentence}
    >
      {(close) => <PasswordForm {...asked} close={close} />}
    </DialogButton>
  )
}

function PasswordForm<Value>({
  confirmLabel,
  danger,
  hasPassword,
  act,
  done,
  close,
}: Asked<Value> & { close: () => void }) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: z.object({ password: passwordWhere(hasPassword) }),
    defaults: { password: '' },
    action: act,
    done: (value) => {
      close()
      done(value)
    },
  })
  return (
    <DialogForm
      submit={submit}
      refusal={refusal}
      pending={pending}
      close={close}
      label={confirmLabel}
      variant={danger ? 'danger' : 'primary'}
    >
      {hasPassword && <OwnPasswordField {...field('password')} />}
    </DialogForm>
  )
}

/** The schema of that password in a form. */
export function passwordWhere(hasPassword: boolean) {
  return hasPassword ? z.string().min(1, 'Enter your password') : z.string()
}

export function OwnPasswordField(props: Omit<ComponentProps<typeof TextField>, 'label'>) {
  return <TextField label="Your password" type="password" autoComplete="current-password" {...props} />
}
