-- No mail was ever queued without a sealed body.
DELETE FROM "mails";

-- AlterTable
ALTER TABLE "mails" DROP COLUMN "html",
DROP COLUMN "text",
ADD COLUMN     "body_sealed" TEXT NOT NULL,
ADD COLUMN     "give_up_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "once_key" TEXT;

-- AlterTable
ALTER TABLE "signing_keys" ADD COLUMN     "warned_days" INTEGER;

-- CreateIndex
CREATE UNIQUE INDEX "mails_once_key_key" ON "mails"("once_key");

-- Of the keys for one purpose one at most is current, and one at most next, whoever changes them and at whatever moment.

CREATE UNIQUE INDEX "signing_keys_one_current" ON "signing_keys"("organization_id", "purpose", "scope") WHERE "state" = 'current';

CREATE UNIQUE INDEX "signing_keys_one_next" ON "signing_keys"("organization_id", "purpose", "scope") WHERE "state" = 'next';
