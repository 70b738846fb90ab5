'use client'

import { FileUp } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'

/** A field, and below it the button that chooses a file instead; a file may be dropped on both. */
export function FileDrop({
  accept,
  take,
  children,
}: {
  accept: string
  take: (file: File) => void
  children: ReactNode
}) {
  const [dragging, setDragging] = useState(false)
  function takeFirst(files: FileList | null) {
    const [file] = files ?? []
    if (file) take(file)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a shortcut for the button below
    <div
      className={cx('grid gap-3', dragging && 'rounded-md outline-2 outline-accent outline-offset-4')}
      onDragOver={(event) => {
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => {
        event.preventDefault()
        setDragging(false)
        takeFirst(event.dataTransfer.files)
      }}
    >
      {children}
      <label
        className={cx(
          buttonClass('secondary', 'sm'),
          'w-fit has-focus-visible:outline-2 has-focus-visible:outline-accent',
        )}
      >
        <FileUp aria-hidden="true" />
        Choose a file
        <input
          type="file"
          accept={accept}
          className="sr-only"
          onChange={(event) => {
            takeFirst(event.currentTarget.files)
            event.currentTarget.value = ''
          }}
        />
      </label>
    </div>
  )
}
