import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { parseTheme, themeCookie } from '#components/portal/theme.ts'
import { Toaster } from '#components/ui/toaster.tsx'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Vestibule', template: '%s · Vestibule' },
  icons: { icon: '/icons/vestibule.svg' },
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f8f8fa' },
    { media: '(prefers-color-scheme: dark)', color: '#0c0d10' },
  ],
}

/** Reading the cookie here also makes every page dynamic, which the nonce of the policy needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value)
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
      <body>
        {children}
        <Toaster />
      </body>
    </html>
  )
}
