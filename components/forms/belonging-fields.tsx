import type { ComponentProps } from 'react'
import { TextField } from '../ui/field.tsx'

type Name = 'tenant' | 'product' | 'name'
type Field = (name: Name) => ComponentProps<'input'> & { error: string | undefined }

/** Tenant, product and name. What is already known is offered while typing. */
export function BelongingFields({
  field,
  tenants,
  products,
}: {
  field: Field
  tenants: { slug: string; name: string }[]
  products: string[]
}) {
  return (
    <div className="grid max-w-2xl gap-5 sm:grid-cols-2">
      <TextField
        label="Tenant"
        mono
        list="known-tenants"
        autoComplete="off"
        spellCheck={false}
        placeholder="globex"
        hint="The slug of the customer company. A new one is created with the connection."
        {...field('tenant')}
      />
      <TextField
        label="Product"
        mono
        list="known-products"
        autoComplete="off"
        spellCheck={false}
        placeholder="crm"
        hint={
          <>
            What your application sends as <code>product</code>.
          </>
        }
        {...field('product')}
      />
      <div className="sm:col-span-2">
        <TextField
          label="Name"
          optional
          autoComplete="off"
          placeholder="Globex employees"
          hint="For your own lists, and for people who have several connections to choose from."
          {...field('name')}
        />
      </div>
      <datalist id="known-tenants">
        {tenants.map(({ slug, name }) => (
          <option key={slug} value={slug} label={name} />
        ))}
      </datalist>
      <datalist id="known-products">
        {products.map((product) => (
          <option key={product} value={product} />
        ))}
      </datalist>
    </div>
  )
}
