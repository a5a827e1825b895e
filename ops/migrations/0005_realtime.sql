-- Who has a live stream open, and word of changed rows to the gateways that serve those streams.
--
-- A notification takes one lock for the whole server at commit, so that transactions that notify are
-- committed one after the other. Therefore a change is told only where its user has a stream open,
-- and only to the gateways that have it: each listens to a channel of its own.

-- One row for each user and each gateway with a stream of that user. Not logged: after a crash the
-- gateways write their rows anew. `version` rises with every write of a gateway, so that an older
-- one that comes later changes nothing. A gateway that dies leaves rows that expire.
create unlogged table public.realtime_presence (
  user_id uuid not null references auth.users on delete cascade,
  gateway_id uuid not null,
  streams int not null check (streams >= 0),
  version bigint not null,
  expires_at timestamptz not null,
  primary key (user_id, gateway_id)
) with (fillfactor = 50);

alter table public.realtime_presence enable row level security;
alter table public.realtime_presence force row level security;
-- The triggers below read it in the name of whoever changed a row.
create policy own_rows on public.realtime_presence for select to authenticated
  using ((select auth.uid()) = user_id);
create policy gateways on public.realtime_presence to phoenix_identity
  using (true) with check (true);
revoke all on public.realtime_presence from public, anon, authenticated;
grant select on public.realtime_presence to authenticated;
grant select, insert, update, delete on public.realtime_presence to phoenix_identity;

-- Until when a stream may be open somewhere, in seconds since 1970: a sequence, because its value is
-- read without a query, in the condition of a trigger. Where no stream is open at all, a changed row
-- costs this one look; the gateways move the value on while they have streams.
create sequence public.realtime_until minvalue 0;
revoke all on sequence public.realtime_until from public, anon, authenticated;
-- Whoever may write a row looks at it.
grant select on sequence public.realtime_until to public;
grant update on sequence public.realtime_until to phoenix_identity;

-- Supabase's own role, which administrators write with.
do $$
begin
  if exists (select from pg_roles where rolname = 'service_role') then
    grant select on public.realtime_presence to service_role;
  end if;
end $$;

-- `c USER TABLE TYPE ID`: ids and words of ours, never what a row holds.
create function public.phoenix_tell_change() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('phoenix_' || p.gateway_id,
    'c ' || new.user_id || ' ' || tg_table_name || ' ' || pg_catalog.lower(tg_op) || ' ' || new.id)
  from public.realtime_presence p
  where p.user_id = new.user_id and p.expires_at > pg_catalog.now();
  return null;
end $$;

-- The profile's own key is the user.
create function public.phoenix_tell_profile() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('phoenix_' || p.gateway_id,
    'c ' || new.id || ' ' || tg_table_name || ' update ' || new.id)
  from public.realtime_presence p
  where p.user_id = new.id and p.expires_at > pg_catalog.now();
  return null;
end $$;

-- Many rows that go at once are told as one `r USER`: read everything anew.
create function public.phoenix_tell_deletions() returns trigger language plpgsql as $$
begin
  perform pg_catalog.pg_notify('phoenix_' || p.gateway_id,
    case when d.many > 50 then 'r ' || d.user_id
    else 'c ' || d.user_id || ' ' || tg_table_name || ' delete ' || d.id end)
  from (select g.user_id, g.id, pg_catalog.count(*) over (partition by g.user_id) as many
        from gone g) d
  join public.realtime_presence p
    on p.user_id = d.user_id and p.expires_at > pg_catalog.now();
  return null;
end $$;

revoke all on function public.phoenix_tell_change() from public, anon, authenticated;
revoke all on function public.phoenix_tell_profile() from public, anon, authenticated;
revoke all on function public.phoenix_tell_deletions() from public, anon, authenticated;

-- Messages go with their conversation alone, which is told; that one moved up is told by its message.
do $$
declare
  name text;
  watched constant text :=
    'when (pg_sequence_last_value(''public.realtime_until'') > date_part(''epoch'', now()))';
begin
  foreach name in array array['messages', 'conversations', 'documents', 'procedures', 'user_memories']
  loop
    execute format(
      'create trigger tell_change after insert or update %s on public.%I
         for each row %s execute function public.phoenix_tell_change()',
      case name when 'conversations' then 'of title' else '' end, name, watched);
    continue when name = 'messages';
    execute format(
      'create trigger tell_deletions after delete on public.%I referencing old table as gone
         for each statement %s execute function public.phoenix_tell_deletions()', name, watched);
  end loop;
  execute format(
    'create trigger tell_profile after update on public.users
       for each row %s execute function public.phoenix_tell_profile()', watched);
end $$;
