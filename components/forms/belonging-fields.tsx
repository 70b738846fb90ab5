import type { ComponentProps } from 'react'
import { TextField } from '../ui/field.tsx'
import { type Known, ProductField, TenantField } from './known-fields.tsx'

type Name = 'tenant' | 'product' | 'name'
type Field = (name: Name) => ComponentProps<'input'> & { error: string | undefined }

/** Tenant, product and name. What is already known is offered while typing. */
export function BelongingFields({ field, tenants, products }: Known & { field: Field }) {
  return (
    <div className="grid max-w-2xl gap-5 sm:grid-cols-2">
      <TenantField
        tenants={tenants}
        hint="The slug of the customer company. A new one is created with the connection."
        {...field('tenant')}
      />
      <ProductField
        products={products}
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
    </div>
  )
}
