-- Three writes, one transaction: the instance, its claim on a machine, and what is told and audited of it.
-- The machine is drawn at random: no search, no power, no idempotency key, nobody to authenticate.
\set machine random(1, :machines)
BEGIN;
INSERT INTO instance (id, tenant_id, project_id, order_id, name, region_id, datacenter_id, cluster_id, pool_id, shape_id, machine_id, rack_id, gpus, reserved_w, image, ssh_keys, lease_end, desired, status, decision_id)
  VALUES ('instance_' || uuidv7(), 'organisation_01kaw0000000000000000000000', 'project_01kaw0000000000000000000000', 'order_01kaw0000000000000000000000', 'b-' || uuidv7(),
  'region_01kaw0000000000000000000000', 'datacenter_01kaw0000000000000000000000', 'cluster_01kaw0000000000000000000000', 'pool_01kaw0000000000000000000000', 'shape_01kaw0000000000000000000000',
  'machine_' || lpad(:machine::text, 26, '0'), 'rack_01kaw0000000000000000000000', 1, 900, 'registry.invalid/bench:1', ARRAY['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy bench'],
  now() + interval '30 days', 'RUNNING', 'PENDING', 'decision_01kaw0000000000000000000000');
UPDATE capacity SET gpus_allocated = gpus_allocated + 1 WHERE machine_id = 'machine_' || lpad(:machine::text, 26, '0');
WITH told AS (
  INSERT INTO outbox (id, tenant_id, region_code, noun, object_id, verb)
  VALUES ('event_' || uuidv7(), 'organisation_01kaw0000000000000000000000', 'bench', 'instance', 'instance_01kaw0000000000000000000000', 'created')
)
INSERT INTO audit_event (id, tenant_id, type, outcome, actor_id, target_id, body)
  VALUES ('audit_' || uuidv7(), 'organisation_01kaw0000000000000000000000', 'compute.instance.create', 'success', 'alice', 'instance_01kaw0000000000000000000000', repeat('a', 900)::bytea);
COMMIT;
