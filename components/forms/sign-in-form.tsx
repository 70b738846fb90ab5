'use client'

import { useActionState } from 'react'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'

/*
 * The forms room: what a member fills in. Forms check with the schema the server uses and hand over to the
 * action they are given; they must not know how it is done.
 */

type State = { email: string; refusal: string | null }

/**
 * E-mail and password. A plain form: it works before, and without, JavaScript. `emergency`: for owners, where members
 * sign in through their company.
 */
export function SignInForm({
  from,
  emergency = false,
  action,
}: {
  from?: string
  emergency?: boolean
  action: (state: State, form: FormData) => Promise<State>
}) {
  const [state, submit, pending] = useActionState(action, { email: '', refusal: null })
  return (
    <form action={submit} className="grid gap-4">
      {state.refusal && (
        <Notice tone="bad" live>
          {state.refusal}
        </Notice>
      )}
      {from && <input type="hidden" name="from" value={from} />}
      {emergency && <input type="hidden" name="emergency" value="yes" />}
      <TextField
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="username"
        defaultValue={state.email}
        key={state.email}
        required
        autoFocus={!emergency}
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        maxLength={1000}
        required
      />
      <Button
        type="submit"
        variant={emergency ? 'secondary' : 'primary'}
        size="lg"
        pending={pending}
        className="mt-1"
      >
        {emergency ? 'Sign in as an owner' : 'Sign in'}
      </Button>
    </form>
  )
}
