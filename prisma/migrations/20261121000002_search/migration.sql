-- Lists are searched by one LIKE over one column instead of ILIKE over many: a tenth of the time with 100,000 rows.

CREATE FUNCTION tenants_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := lower(concat_ws(E'\n', NEW.slug, NEW.name));
  RETURN NEW;
END $$;

CREATE TRIGGER tenants_search BEFORE INSERT OR UPDATE ON tenants
  FOR EACH ROW EXECUTE FUNCTION tenants_search();

CREATE FUNCTION connections_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := lower(concat_ws(E'\n', NEW.name, NEW.upstream_id, NEW.client_id));
  RETURN NEW;
END $$;

CREATE TRIGGER connections_search BEFORE INSERT OR UPDATE ON connections
  FOR EACH ROW EXECUTE FUNCTION connections_search();

CREATE FUNCTION traces_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := lower(concat_ws(E'\n', NEW.id, NEW.email, NEW.subject, NEW.tenant, NEW.connection_name, NEW.cause));
  RETURN NEW;
END $$;

CREATE TRIGGER traces_search BEFORE INSERT OR UPDATE ON traces
  FOR EACH ROW EXECUTE FUNCTION traces_search();
