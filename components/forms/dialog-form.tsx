import type { ComponentProps, ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { DialogButtons } from '../ui/dialog.tsx'
import { FormFrame } from './form-frame.tsx'

/** A form in a dialog: at its foot the way out, and the button that says what is done. */
export function DialogForm({
  submit,
  refusal,
  pending,
  close,
  label,
  variant = 'primary',
  children,
}: Pick<ComponentProps<typeof FormFrame>, 'submit' | 'refusal'> & {
  pending: boolean
  close: () => void
  label: string
  variant?: 'primary' | 'danger'
  children: ReactNode
}) {
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant={variant} pending={pending}>
            {label}
          </Button>
        </DialogButtons>
      }
    >
      {children}
    </FormFrame>
  )
}
