import type { ComponentProps, ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { FormFrame } from './form-frame.tsx'

/** A form that shows what is set, and saves once something of it is different. */
export function SettingsForm({
  submit,
  refusal,
  pending,
  dirty,
  label = 'Save changes',
  children,
}: Pick<ComponentProps<typeof FormFrame>, 'submit' | 'refusal'> & {
  pending: boolean
  dirty: boolean
  label?: string
  children: ReactNode
}) {
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" className="mt-6" pending={pending} disabled={!dirty}>
          {label}
        </Button>
      }
    >
      {children}
    </FormFrame>
  )
}
