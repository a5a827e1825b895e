-- What must hold whatever was there before: roles that cannot get round the policies, limits of
-- their own, and no grant by default. Supabase grants new tables and functions of `public` to anon
-- and authenticated.

-- 0001 takes roles as it finds them.
do $$
begin
  if exists (
    select from pg_roles
    where rolname in ('gateway', 'anon', 'authenticated', 'phoenix_identity')
      and (rolsuper or rolbypassrls)
  ) then
    raise exception 'a role of the gateway may bypass row-level security';
  end if;
  if (select rolinherit or not rolcanlogin from pg_roles where rolname = 'gateway') then
    raise exception 'role gateway must be LOGIN NOINHERIT';
  end if;
end $$;

-- The driver sets a tighter statement timeout for each transaction; these hold where it does not.
alter role gateway set statement_timeout = '30s';
alter role gateway set lock_timeout = '5s';
alter role gateway set idle_in_transaction_session_timeout = '30s';

-- No policy: nobody but the owner reads it, and the gateway only through the function.
alter table public.phoenix_migrations enable row level security;
revoke all on table public.phoenix_migrations from public, anon, authenticated;
revoke all on function public.phoenix_schema_version() from public, anon, authenticated;

alter table public.messages add constraint messages_content_check
  check (jsonb_typeof(content) = 'object' and content ? 'text');

-- PDF and photographs are compressed already.
alter table public.document_contents alter column bytes set storage external;
