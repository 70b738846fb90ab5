import { type ComponentProps, type ReactNode, useId } from 'react'
import { TextField } from '../ui/field.tsx'

/** What is known already, offered while somebody types. */
export type Known = { tenants: { slug: string; name: string }[]; products: string[] }

type Typed = Omit<ComponentProps<typeof TextField>, 'label' | 'hint' | 'list'>

/** The slug of a tenant. */
export function TenantField({ tenants, ...rest }: Typed & { tenants: Known['tenants']; hint: ReactNode }) {
  const list = useId()
  return (
    <>
      <TextField
        label="Tenant"
        mono
        list={list}
        autoComplete="off"
        spellCheck={false}
        placeholder="globex"
        {...rest}
      />
      <datalist id={list}>
        {tenants.map(({ slug, name }) => (
          <option key={slug} value={slug} label={name} />
        ))}
      </datalist>
    </>
  )
}

/** The slug of a product. */
export function ProductField({
  products,
  ...rest
}: Typed & { products: Known['products']; hint: ReactNode }) {
  const list = useId()
  return (
    <>
      <TextField
        label="Product"
        mono
        list={list}
        autoComplete="off"
        spellCheck={false}
        placeholder="crm"
        {...rest}
      />
      <datalist id={list}>
        {products.map((product) => (
          <option key={product} value={product} />
        ))}
      </datalist>
    </>
  )
}
