'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { IconButton } from './icon-button.tsx'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
}

/** A question or a short form above the page. Esc and the cross close it; the focus goes to the first field, and back to where it came from. */
export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-shade transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          ref={popup}
          // Not by autoFocus, which is quicker than the dialog and makes it forget where the focus came from.
          initialFocus={() => popup.current?.querySelector<HTMLElement>(firstField) ?? true}
          className="scroll-quiet -translate-x-1/2 fixed top-[max(1rem,12dvh)] left-1/2 z-50 max-h-[calc(100dvh-max(2rem,16dvh))] w-[calc(100vw-2rem)] max-w-lg overflow-y-auto rounded-xl bg-raised p-5 shadow-popup transition-[opacity,scale] duration-150 data-ending-style:scale-98 data-starting-style:scale-98 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:p-6"
        >
          <div className="mb-5 flex items-start justify-between gap-4">
            <div className="grid gap-1">
              <Base.Title className="font-semibold text-lg">{title}</Base.Title>
              {description && (
                <Base.Description render={<div />} className="text-muted">
                  {description}
                </Base.Description>
              )}
            </div>
            <Base.Close
              render={
                <IconButton label="Close" className="-mt-1 -mr-1.5">
                  <X aria-hidden="true" />
                </IconButton>
              }
            />
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** What a dialog is there to be filled in with; one that only asks puts the focus on its first button. */
const firstField = 'textarea, input:not([type=hidden], [type=radio], [type=file])'

/** The buttons at the foot of a dialog. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>
}
