-- Procedures as the API takes them, keys of repeated requests, when consent was given, and the one
-- line that a deleted account leaves.

alter table public.procedures
  add constraint procedures_type_check check (length(type) between 1 and 60),
  add constraint procedures_notes_check check (length(notes) <= 4000),
  add constraint procedures_steps_check
    check (jsonb_typeof(steps) = 'array' and jsonb_array_length(steps) <= 50),
  add constraint procedures_version_check check (version >= 1);
-- Pages of the list; what is due next.
drop index public.procedures_user;
create index procedures_user on public.procedures (user_id, updated_at desc, id desc);
create index procedures_due on public.procedures (user_id, due_date) where due_date is not null;

drop index public.user_memories_user;
create index user_memories_user on public.user_memories (user_id, created_at desc, id desc);

alter table public.users
  add column consents_at timestamptz,
  add constraint users_consents_check check (jsonb_typeof(consents) = 'object');

-- One row for each Idempotency-Key that a user sent in the last day. `resource_id` is the id of what
-- the request makes, chosen with the claim: whoever takes over a claim that was left makes the same
-- row, not a second one. `status` is null while the request is under way.
create table public.idempotency_keys (
  user_id uuid not null references auth.users on delete cascade,
  key text not null check (length(key) between 1 and 255),
  route text not null,
  fingerprint bytea not null check (length(fingerprint) = 32),
  resource_id uuid not null,
  locked_until timestamptz not null,
  status int check (status between 200 and 299),
  headers jsonb not null default '{}',
  body text,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key),
  check ((status is null) = (body is null))
);
create index idempotency_keys_age on public.idempotency_keys (created_at);

alter table public.idempotency_keys enable row level security;
alter table public.idempotency_keys force row level security;
create policy own_rows on public.idempotency_keys to authenticated
  using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
-- The gateway's cleaner sees what has had its day, and nothing of what it says.
create policy expired on public.idempotency_keys for select to phoenix_identity
  using (created_at < now() - interval '24 hours');
create policy expired_delete on public.idempotency_keys for delete to phoenix_identity
  using (created_at < now() - interval '24 hours');
revoke all on public.idempotency_keys from public, anon, authenticated;
grant select, insert, update, delete on public.idempotency_keys to authenticated;
grant select (created_at), delete on public.idempotency_keys to phoenix_identity;

-- An account that is gone: whose, by an id that names nobody any more, and when. Every gateway reads
-- it, so that tokens of the account are refused while they would still be good.
create table public.account_deletions (
  user_id uuid primary key,
  deleted_at timestamptz not null default now()
);
create index account_deletions_at on public.account_deletions (deleted_at, user_id);

alter table public.account_deletions enable row level security;
alter table public.account_deletions force row level security;
create policy identity on public.account_deletions to phoenix_identity
  using (true) with check (true);
revoke all on public.account_deletions from public, anon, authenticated;
-- Written once: nobody of the gateway changes or removes a line.
grant select, insert on public.account_deletions to phoenix_identity;
