export { DELETE } from '../../../../connections/[clientID]/jwt-secrets/[secret]/route.ts'
