-- AlterTable
ALTER TABLE "logout_requests" ADD COLUMN     "request" JSONB NOT NULL DEFAULT '{}';
