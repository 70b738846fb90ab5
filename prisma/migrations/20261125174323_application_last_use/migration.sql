-- DropIndex
DROP INDEX "grants_application_id_idx";

-- CreateIndex
CREATE INDEX "grants_application_id_created_at_idx" ON "grants"("application_id", "created_at");
