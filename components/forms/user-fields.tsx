import type { ComponentProps } from 'react'
import { Disclosure } from '../ui/disclosure.tsx'
import { TextArea, TextField } from '../ui/field.tsx'

type Name =
  | 'email'
  | 'username'
  | 'firstName'
  | 'lastName'
  | 'ssoUsername'
  | 'namespaces'
  | 'tags'
  | 'attributes'
export type UserField = (
  name: Name,
) => ComponentProps<'input'> & ComponentProps<'textarea'> & { error: string | undefined }

/** Who somebody is. */
export function PersonFields({ field }: { field: UserField }) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField label="First name" optional autoComplete="off" {...field('firstName')} />
      <TextField label="Last name" optional autoComplete="off" {...field('lastName')} />
    </div>
  )
}

/** Names by which connections may recognise somebody; each is nobody else's in the tenant. */
export function NameFields({ field }: { field: UserField }) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <TextField
        label="User name"
        optional
        autoComplete="off"
        spellCheck={false}
        hint="A name of your choice. No other user of the tenant may have it."
        {...field('username')}
      />
      <TextField
        label="SSO user name"
        optional
        autoComplete="off"
        spellCheck={false}
        hint="What the company’s identity provider calls this person, where it is another name."
        {...field('ssoUsername')}
      />
    </div>
  )
}

/** As high as what is in it, where the browser can do that. */
const growing = 'field-sizing-content min-h-16 max-h-72'

/** Where somebody belongs, and what else applications get to know. `open` where something of it is filled in. */
export function BelongingsFields({ field, open }: { field: UserField; open: boolean }) {
  return (
    <>
      <TextArea
        label="Namespaces"
        optional
        autoComplete="off"
        spellCheck={false}
        rows={2}
        className={growing}
        hint="Groups of users this person is in. One name a line."
        {...field('namespaces')}
      />
      <TextArea
        label="Tags"
        optional
        autoComplete="off"
        spellCheck={false}
        rows={2}
        className={growing}
        placeholder="office: Paris"
        hint="A category and a value a line. Repeat the category for a further value."
        {...field('tags')}
      />
      <Disclosure summary="Further claims" open={open}>
        <TextArea
          label="Claims"
          optional
          mono
          rows={5}
          className={growing}
          spellCheck={false}
          placeholder={'{"locale": "fr", "phone_number": "+33 1 23 45 67 89"}'}
          hint="An object in JSON: claims of OpenID Connect, or names of your own. Applications are told those they ask for."
          {...field('attributes')}
        />
      </Disclosure>
    </>
  )
}
