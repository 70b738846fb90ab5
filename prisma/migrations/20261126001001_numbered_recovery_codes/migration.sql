-- Nobody has two sets of codes: of two made at the same moment the newer ten count.
ALTER TABLE "recovery_codes" ADD COLUMN "number" INTEGER;
UPDATE "recovery_codes" SET "number" = numbered."number"
FROM (
  SELECT "code_hash",
    row_number() OVER (PARTITION BY "user_id", "member_id" ORDER BY "created_at" DESC, "code_hash") AS "number"
  FROM "recovery_codes") numbered
WHERE numbered."code_hash" = "recovery_codes"."code_hash";
DELETE FROM "recovery_codes" WHERE "number" > 10;
ALTER TABLE "recovery_codes" ALTER COLUMN "number" SET NOT NULL;

-- DropIndex
DROP INDEX "recovery_codes_user_id_idx";

-- DropIndex
DROP INDEX "recovery_codes_member_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_user_id_number_key" ON "recovery_codes"("user_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "recovery_codes_member_id_number_key" ON "recovery_codes"("member_id", "number");
