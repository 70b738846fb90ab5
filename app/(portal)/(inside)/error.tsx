'use client'

export { default } from '#components/portal/page-failure.tsx'
