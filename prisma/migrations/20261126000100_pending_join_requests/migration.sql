-- How many wait is asked by every page of the portal, and those who do are listed first; most requests are decided.
-- The schema cannot say an index over some rows, so it stands here alone.
CREATE INDEX "join_requests_pending" ON "join_requests"("organization_id", "id") WHERE "status" = 'pending';
