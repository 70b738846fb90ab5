import NextAuth from 'next-auth'
import { authOptions } from '#app/(portal)/auth-options.ts'

function answer(request: Request, context: { params: Promise<{ nextauth: string[] }> }) {
  return NextAuth(request as never, context as never, authOptions())
}

export { answer as GET, answer as POST }
