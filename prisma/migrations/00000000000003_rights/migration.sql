-- Who may do what. The roles exist already: the migrate runner makes them (passwords do not belong in a migration).
-- Each runtime role owns nothing, is no superuser and has no BYPASSRLS; FORCE binds even the owner.

CREATE FUNCTION app_tenant() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  tenant text := current_setting('app.tenant', true);
BEGIN
  -- After set_config(…, true) has ended with its transaction the setting is '', not NULL. Raising beats zero rows: an empty page would look right.
  IF tenant IS NULL OR tenant = '' THEN
    RAISE EXCEPTION 'no tenant in the context' USING ERRCODE = 'insufficient_privilege', HINT = 'app.tenant must be set in this transaction';
  END IF;
  RETURN tenant;
END $$;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SEQUENCE outbox_seq_seq, audit_event_seq_seq TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;

-- ── places and hardware: not a tenant's rows ────────────────────────────────────────────────────────────────────────
GRANT SELECT ON region, datacenter, shape TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT SELECT ON hall, rack, machine, node_pool TO cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT, UPDATE ON region, datacenter, shape, hall, rack, machine, node_pool TO cadastre_provider;
-- What a tenant may know of the hardware: which site and cluster a pool is of, and whether it is simulated.
GRANT SELECT (id, cluster_id, datacenter_id, shape_id) ON node_pool TO cadastre_tenant;
GRANT SELECT (id, provider, datacenter_id) ON cluster TO cadastre_tenant;
GRANT SELECT (id, simulated) ON machine TO cadastre_tenant;
-- The sealed credential is read by the controller alone; the provider's door writes it and cannot read it back.
GRANT SELECT (id, datacenter_id, name, provider, endpoint, kubernetes_version, conditions, observed_generation, generation, created_at, updated_at)
  ON cluster TO cadastre_provider, cadastre_allocator;
GRANT INSERT, UPDATE ON cluster TO cadastre_provider;
GRANT SELECT ON cluster TO cadastre_controller;
GRANT UPDATE (kubernetes_version, conditions, observed_generation, updated_at) ON cluster TO cadastre_controller;
GRANT UPDATE (ready_machines, conditions, observed_generation, updated_at) ON node_pool TO cadastre_controller;
GRANT UPDATE (state, pool_id, cluster_id, conditions, generation, updated_at) ON machine TO cadastre_controller;

GRANT SELECT ON machine_capacity, rack_capacity TO cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT SELECT, INSERT, UPDATE, DELETE ON region_lease TO cadastre_allocator;
GRANT SELECT, INSERT, UPDATE ON outbox_cursor TO cadastre_controller;

-- ── tenants' rows ───────────────────────────────────────────────────────────────────────────────────────────────────
ALTER TABLE organisation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE member ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE project ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE gpu_instance ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE placement_decision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE capacity_ledger ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE idempotency_record ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- (SELECT app_tenant()) is evaluated once per statement and can drive an index; a bare call would run for every row.
-- organisation
GRANT SELECT ON organisation TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT INSERT, UPDATE ON organisation TO cadastre_provider;
CREATE POLICY organisation_tenant ON organisation FOR SELECT TO cadastre_tenant USING (id = (SELECT app_tenant()));
CREATE POLICY organisation_provider ON organisation TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY organisation_read ON organisation FOR SELECT TO cadastre_allocator, cadastre_controller USING (true);
CREATE POLICY organisation_owner ON organisation FOR SELECT TO cadastre_migrate USING (true);

-- member
GRANT SELECT ON member TO cadastre_tenant;
CREATE POLICY member_tenant ON member FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));

-- project
GRANT SELECT, INSERT, UPDATE ON project TO cadastre_tenant;
GRANT SELECT ON project TO cadastre_allocator, cadastre_controller;
GRANT UPDATE (conditions, observed_generation, updated_at) ON project TO cadastre_controller;
CREATE POLICY project_tenant ON project TO cadastre_tenant USING (tenant_id = (SELECT app_tenant())) WITH CHECK (tenant_id = (SELECT app_tenant()));
CREATE POLICY project_allocator ON project FOR SELECT TO cadastre_allocator USING (true);
CREATE POLICY project_controller_read ON project FOR SELECT TO cadastre_controller USING (true);
CREATE POLICY project_controller_write ON project FOR UPDATE TO cadastre_controller USING (true) WITH CHECK (true);

-- gpu_instance: born and given back through the allocator; the controller says how it fares; image and keys are no business of the operator.
GRANT SELECT ON gpu_instance TO cadastre_tenant, cadastre_allocator, cadastre_controller;
GRANT SELECT (id, tenant_id, project_id, order_id, name, region_id, datacenter_id, cluster_id, pool_id, shape_id, machine_id, rack_id, gpus, reserved_w,
  lease_end, interruptible, desired, status, status_history, conditions, decision_id, ready_at, released_at, observed_generation, generation, created_at, updated_at)
  ON gpu_instance TO cadastre_provider;
GRANT INSERT ON gpu_instance TO cadastre_allocator;
GRANT UPDATE (desired, status, status_history, released_at, observed_generation, generation, updated_at) ON gpu_instance TO cadastre_allocator;
GRANT UPDATE (status, status_history, conditions, ready_at, observed_generation, updated_at) ON gpu_instance TO cadastre_controller;
CREATE POLICY gpu_instance_tenant ON gpu_instance FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY gpu_instance_provider ON gpu_instance FOR SELECT TO cadastre_provider USING (true);
CREATE POLICY gpu_instance_allocator ON gpu_instance TO cadastre_allocator USING (true) WITH CHECK (true);
CREATE POLICY gpu_instance_controller_read ON gpu_instance FOR SELECT TO cadastre_controller USING (true);
CREATE POLICY gpu_instance_controller_write ON gpu_instance FOR UPDATE TO cadastre_controller USING (true) WITH CHECK (true);

-- api_key
GRANT SELECT, INSERT ON api_key TO cadastre_tenant, cadastre_provider;
GRANT UPDATE (last_used_at, revoked_at, generation) ON api_key TO cadastre_tenant, cadastre_provider;
CREATE POLICY api_key_tenant ON api_key TO cadastre_tenant
  USING (directory = 'tenant' AND tenant_id = (SELECT app_tenant())) WITH CHECK (directory = 'tenant' AND tenant_id = (SELECT app_tenant()));
CREATE POLICY api_key_provider ON api_key TO cadastre_provider USING (directory = 'provider') WITH CHECK (directory = 'provider');
CREATE POLICY api_key_owner ON api_key FOR SELECT TO cadastre_migrate USING (true);

-- placement_decision
GRANT SELECT ON placement_decision TO cadastre_tenant, cadastre_allocator;
GRANT INSERT ON placement_decision TO cadastre_allocator;
CREATE POLICY placement_decision_tenant ON placement_decision FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY placement_decision_allocator ON placement_decision TO cadastre_allocator USING (true) WITH CHECK (true);

-- capacity_ledger: the tenant's role has no right at all.
GRANT SELECT, INSERT ON capacity_ledger TO cadastre_allocator;
CREATE POLICY capacity_ledger_allocator ON capacity_ledger TO cadastre_allocator USING (true) WITH CHECK (true);
-- The trigger that keeps capacity in step runs as the owner.
CREATE POLICY capacity_ledger_owner ON capacity_ledger FOR SELECT TO cadastre_migrate USING (true);

-- outbox
GRANT SELECT, INSERT ON outbox TO cadastre_tenant, cadastre_provider, cadastre_controller;
GRANT INSERT ON outbox TO cadastre_allocator;
CREATE POLICY outbox_tenant ON outbox TO cadastre_tenant USING (tenant_id = (SELECT app_tenant())) WITH CHECK (tenant_id = (SELECT app_tenant()));
CREATE POLICY outbox_provider ON outbox TO cadastre_provider USING (true) WITH CHECK (true);
CREATE POLICY outbox_controller ON outbox TO cadastre_controller USING (true) WITH CHECK (true);
CREATE POLICY outbox_allocator ON outbox FOR INSERT TO cadastre_allocator WITH CHECK (true);

-- audit_event: everybody adds, the doors read, nobody changes. A failed login has no tenant yet, hence the CASE (which, unlike OR,
-- promises not to call app_tenant() first). The provider reads its own log and its own people's acts, never what a tenant's people did.
GRANT INSERT ON audit_event TO cadastre_tenant, cadastre_provider, cadastre_allocator, cadastre_controller;
GRANT SELECT ON audit_event TO cadastre_tenant, cadastre_provider;
CREATE POLICY audit_event_tenant_read ON audit_event FOR SELECT TO cadastre_tenant USING (tenant_id = (SELECT app_tenant()));
CREATE POLICY audit_event_tenant_add ON audit_event FOR INSERT TO cadastre_tenant
  WITH CHECK (CASE WHEN tenant_id IS NULL THEN true ELSE tenant_id = (SELECT app_tenant()) END);
CREATE POLICY audit_event_provider_read ON audit_event FOR SELECT TO cadastre_provider USING (tenant_id IS NULL OR actor_directory = 'provider');
CREATE POLICY audit_event_add ON audit_event FOR INSERT TO cadastre_provider, cadastre_allocator, cadastre_controller WITH CHECK (true);

-- idempotency_record
GRANT SELECT, INSERT, UPDATE ON idempotency_record TO cadastre_tenant, cadastre_provider, cadastre_allocator;
GRANT SELECT, DELETE ON idempotency_record TO cadastre_controller;
CREATE POLICY idempotency_record_tenant ON idempotency_record TO cadastre_tenant USING (scope = (SELECT app_tenant())) WITH CHECK (scope = (SELECT app_tenant()));
CREATE POLICY idempotency_record_provider ON idempotency_record TO cadastre_provider USING (scope = 'provider') WITH CHECK (scope = 'provider');
CREATE POLICY idempotency_record_allocator ON idempotency_record TO cadastre_allocator USING (true) WITH CHECK (true);
CREATE POLICY idempotency_record_expired ON idempotency_record TO cadastre_controller USING (expires_at < now());

-- ── before a tenant is known ────────────────────────────────────────────────────────────────────────────────────────
-- A bearer token names an organisation by code, an API key names nothing: the door must find the tenant before it can set one. Two functions that
-- answer one row for an exact secret or name. Rejected: a policy that lets the door read these tables without a tenant (any query could then
-- list all keys), and a policy driven by a second setting (a widened policy holds for every later statement of the transaction).
CREATE FUNCTION app_api_key_by_sha256(wanted text) RETURNS SETOF api_key LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT * FROM api_key WHERE sha256 = wanted $$;
CREATE FUNCTION app_organisation_by_code(wanted text) RETURNS SETOF organisation LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$ SELECT * FROM organisation WHERE code = wanted $$;
REVOKE ALL ON FUNCTION app_api_key_by_sha256(text), app_organisation_by_code(text), capacity_ledger_apply(), refuse_rewriting() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_api_key_by_sha256(text) TO cadastre_tenant, cadastre_provider;
GRANT EXECUTE ON FUNCTION app_organisation_by_code(text) TO cadastre_tenant;
