-- Nobody has two open links: of two that were sent at the same moment the newer counts.
-- The schema cannot say an index over some rows, so it stands here alone.
UPDATE "invitations" SET "status" = 'revoked', "revoked_at" = now(), "token_hash" = NULL
WHERE "status" = 'pending' AND EXISTS (
  SELECT FROM "invitations" newer
  WHERE newer."user_id" = "invitations"."user_id" AND newer."status" = 'pending'
    AND (newer."sent_at", newer."id") > ("invitations"."sent_at", "invitations"."id"));
CREATE UNIQUE INDEX "invitations_open" ON "invitations"("user_id") WHERE "status" = 'pending';
