'use client'

import { ChevronsUpDown, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, useTransition } from 'react'
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx'
import { type Theme, themeCookie } from './theme.ts'

export type AccountMenuProps = {
  name: string
  email: string
  role: string
  theme: Theme
  signOut: () => Promise<void>
}

const roleNames: Record<string, string> = { owner: 'Owner', admin: 'Admin', viewer: 'Viewer' }

/** Who is signed in, how the portal looks, and the way out. */
export function AccountMenu({ name, email, role, theme, signOut }: AccountMenuProps) {
  const router = useRouter()
  const [chosen, setChosen] = useState(theme)
  const [pending, startTransition] = useTransition()

  return (
    <Menu
      side="top"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-sunken data-popup-open:bg-sunken"
          disabled={pending}
        >
          <span
            aria-hidden="true"
            className="flex size-7 shrink-0 items-center justify-center rounded-full bg-sunken font-medium text-muted text-xs uppercase"
          >
            {name.slice(0, 1)}
          </span>
          <span className="grid min-w-0 flex-1 leading-tight">
            <span className="truncate font-medium">{name}</span>
            <span className="truncate text-muted text-xs">{roleNames[role] ?? role}</span>
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-faint" aria-hidden="true" />
        </button>
      }
    >
      <p className="truncate px-2.5 py-1.5 text-muted text-sm">{email}</p>
      <MenuSeparator />
      <MenuItem icon={<UserRound aria-hidden="true" />} onSelect={() => router.push('/settings/account')}>
        Password and sessions
      </MenuItem>
      <MenuSeparator />
      <MenuChoice
        label="Appearance"
        value={chosen}
        onChoose={(next) => {
          setChosen(next)
          applyTheme(next)
        }}
        options={[
          { value: 'system', label: 'As the system', icon: <Monitor aria-hidden="true" /> },
          { value: 'light', label: 'Light', icon: <Sun aria-hidden="true" /> },
          { value: 'dark', label: 'Dark', icon: <Moon aria-hidden="true" /> },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => startTransition(signOut)}>
        Sign out
      </MenuItem>
    </Menu>
  )
}

/** Takes effect at once, and by the cookie on every later page. */
function applyTheme(theme: Theme) {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where the page is not https
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`
}
