'use client'

import { type ReactNode, useState } from 'react'
import { Button, type ButtonSize, type ButtonVariant } from './button.tsx'
import { Dialog } from './dialog.tsx'

/** A button and the dialog it opens. `children` are given the way to close it; what was typed goes with it. */
export function DialogButton({
  label,
  title,
  description,
  variant,
  size,
  icon,
  children,
}: {
  label: string
  title: string
  description?: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  children: (close: () => void) => ReactNode
}) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant={variant} size={size} icon={icon} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={title} description={description}>
        {children(() => setOpen(false))}
      </Dialog>
    </>
  )
}
