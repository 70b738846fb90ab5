-- Whether a tenant has anybody with a password is asked at every sign-in of its people; most tenants have nobody.
-- The schema cannot say an index over some rows, so it stands here alone.
CREATE INDEX "users_with_password" ON "users"("tenant_id") WHERE "password_hash" IS NOT NULL;
