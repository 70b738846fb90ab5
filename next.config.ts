import type { NextConfig } from 'next'

/** Security headers, hosts and the nonce are the front server's; what stands here concerns building the pages. */
const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // No picture is resized here, so nobody needs an address that does it.
  images: { unoptimized: true },
  // `npm run types` is a step of its own; a start need not wait for it.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: [
    '@electric-sql/pglite',
    '@node-rs/argon2',
    '@prisma/adapter-pg',
    '@prisma/client',
    'pg',
    'pglite-prisma-adapter',
    'pino',
    'undici',
  ],
  experimental: {
    // SAML metadata of a federation may reach 2 MB, and travels as a form field.
    serverActions: { bodySizeLimit: '3mb' },
  },
}

export default config
