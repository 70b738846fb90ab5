-- A sign-in asks for the identities of one user at one connection. With an index for each of the two alone, a database
-- that has counted nothing yet reads all of the connection's.
CREATE INDEX "identities_user_id_connection_id_idx" ON "identities"("user_id", "connection_id");
DROP INDEX "identities_user_id_idx";
