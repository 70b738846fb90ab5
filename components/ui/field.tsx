import { type ComponentProps, type ReactNode, useId } from 'react'
import { cx } from './cx.ts'

type FieldText = {
  label: ReactNode
  /** What to enter and what happens with it. */
  hint?: ReactNode
  /** What is wrong, as a sentence. */
  error?: string | undefined
  optional?: boolean
}

const control =
  'w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-faint transition-colors hover:border-muted focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-bad disabled:bg-sunken disabled:text-muted'

/** Label, control, hint and error, tied together for assistive technology. */
function FieldFrame({
  id,
  label,
  hint,
  error,
  optional,
  children,
}: FieldText & { id: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="ml-0.5 font-normal text-faint text-sm"> optional</span>}
      </label>
      {children}
      {error && (
        <p id={`${id}-error`} className="text-bad text-sm">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-muted text-sm">
          {hint}
        </p>
      )}
    </div>
  )
}

function described(id: string, hint: ReactNode, error: string | undefined): string | undefined {
  const ids = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean)
  return ids.length > 0 ? ids.join(' ') : undefined
}

export function TextField({
  label,
  hint,
  error,
  optional,
  mono,
  className,
  ...rest
}: FieldText & { mono?: boolean } & ComponentProps<'input'>) {
  const generated = useId()
  const id = rest.id ?? generated
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        type="text"
        {...rest}
        id={id}
        className={cx(control, 'h-9', mono && 'font-mono text-sm', className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
      />
    </FieldFrame>
  )
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  mono,
  className,
  ...rest
}: FieldText & { mono?: boolean } & ComponentProps<'textarea'>) {
  const generated = useId()
  const id = rest.id ?? generated
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        className={cx(control, 'scroll-quiet py-2', mono && 'font-mono text-sm', className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
      />
    </FieldFrame>
  )
}

export function SelectField({
  label,
  hint,
  error,
  optional,
  className,
  children,
  ...rest
}: FieldText & ComponentProps<'select'>) {
  const generated = useId()
  const id = rest.id ?? generated
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <select
        {...rest}
        id={id}
        className={cx(control, 'h-9', className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described(id, hint, error)}
      >
        {children}
      </select>
    </FieldFrame>
  )
}

/** A setting that is on or off. The native checkbox stays, so it works in plain forms and with every reader. */
export function SwitchField({
  label,
  hint,
  error,
  ...rest
}: FieldText & Omit<ComponentProps<'input'>, 'type' | 'className'>) {
  const generated = useId()
  const id = rest.id ?? generated
  return (
    <div className="flex items-start gap-3">
      <span className="relative mt-0.5 inline-flex h-5 w-9 shrink-0">
        <input
          {...rest}
          id={id}
          type="checkbox"
          className="peer absolute inset-0 m-0 size-full appearance-none rounded-full border border-line-strong bg-sunken transition-colors checked:border-accent-solid checked:bg-accent-solid focus-visible:rounded-full"
          aria-describedby={described(id, hint, error)}
        />
        <span className="pointer-events-none absolute top-1 left-1 size-3 rounded-full bg-muted transition-[translate] peer-checked:translate-x-4 peer-checked:bg-white" />
      </span>
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-muted text-sm">
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} className="text-bad text-sm">
            {error}
          </p>
        )}
      </div>
    </div>
  )
}
