-- What was called an application was a product: connections serve it, and any number of OAuth clients belong to it.

ALTER TABLE "applications" RENAME TO "products";
ALTER TABLE "products" RENAME COLUMN "product" TO "slug";
ALTER TABLE "products" DROP COLUMN "name";
ALTER TABLE "products" RENAME CONSTRAINT "applications_pkey" TO "products_pkey";
ALTER TABLE "products" RENAME CONSTRAINT "applications_organization_id_fkey" TO "products_organization_id_fkey";
ALTER INDEX "applications_organization_id_product_key" RENAME TO "products_organization_id_slug_key";

ALTER TABLE "connections" RENAME COLUMN "application_id" TO "product_id";
ALTER TABLE "connections" RENAME CONSTRAINT "connections_application_id_fkey" TO "connections_product_id_fkey";
ALTER INDEX "connections_application_id_idx" RENAME TO "connections_product_id_idx";
ALTER INDEX "connections_tenant_id_application_id_kind_upstream_id_key" RENAME TO "connections_tenant_id_product_id_kind_upstream_id_key";
