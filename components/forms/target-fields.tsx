import type { ComponentProps } from 'react'
import { TextArea, TextField } from '../ui/field.tsx'
import { type Known, ProductField, TenantField } from './known-fields.tsx'

export type TargetField = (
  name: 'name' | 'baseUrl' | 'audience' | 'tenant' | 'product' | 'claims' | 'tags',
) => ComponentProps<'input'> & ComponentProps<'textarea'> & { error: string | undefined }

/** Where people go on to, and for whom the token is. */
export function TargetPlaceFields({ field }: { field: TargetField }) {
  return (
    <>
      <TextField label="Name" autoComplete="off" placeholder="Employee surveys" {...field('name')} />
      <TextField
        label="Base URL"
        mono
        type="url"
        placeholder="https://app.surveys.example"
        hint="People are sent to places below this address, and to no other."
        {...field('baseUrl')}
      />
      <TextField
        label="Audience"
        mono
        autoComplete="off"
        spellCheck={false}
        placeholder="www.surveys.example"
        hint="What the product expects as aud in the token. Its documentation says it."
        {...field('audience')}
      />
    </>
  )
}

/** Whose people, by whose connections. */
export function TargetPeopleFields({ field, known }: { field: TargetField; known: Known }) {
  return (
    <>
      <TenantField
        tenants={known.tenants}
        optional
        hint="The company whose account this is at the product. Empty: people of every tenant, and only with proven e-mail addresses, because otherwise one company could sign in as the people of another."
        {...field('tenant')}
      />
      <ProductField
        products={known.products}
        optional
        placeholder="surveys"
        hint="They sign in through the connections for this product. Empty: through any."
        {...field('product')}
      />
    </>
  )
}

/** What the token says besides the e-mail address. */
export function TargetClaimFields({ field }: { field: TargetField }) {
  return (
    <>
      <TextArea
        label="Further members of data"
        optional
        mono
        rows={3}
        spellCheck={false}
        placeholder={'firstName\nlastName'}
        hint="One a line: id, firstName, lastName, username, tenant, roles, groups, or the name of an attribute. The e-mail address is always there."
        {...field('claims')}
      />
      <TextArea
        label="Tags that are passed on"
        optional
        mono
        rows={3}
        spellCheck={false}
        placeholder={'Department\nRegion'}
        hint="One a line. Other tags of a person stay here."
        {...field('tags')}
      />
    </>
  )
}
