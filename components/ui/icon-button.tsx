import type { ComponentProps } from 'react'
import { cx } from './cx.ts'

/** A square button whose only content is an icon; `label` is what it does, in words. */
export function IconButton({
  label,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-sunken hover:text-ink [&_svg]:size-4',
        className,
      )}
      {...rest}
    />
  )
}
