-- Roles, identity, rows of families, row-level security.
--
-- Runs on an empty database and on Supabase's, where the schema auth with its functions and the
-- roles anon and authenticated exist already: what is there is left as it is.

do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'phoenix_identity') then
    create role phoenix_identity nologin noinherit;
  end if;
  -- The gateway logs in with no right of its own; it takes one of the three roles per transaction.
  if not exists (select from pg_roles where rolname = 'gateway') then
    create role gateway login noinherit nocreatedb nocreaterole;
  end if;
end $$;

grant anon, authenticated, phoenix_identity to gateway;
grant usage on schema public to anon, authenticated, phoenix_identity, gateway;

create function pg_temp.has_supabase_auth() returns boolean language sql as $$
  select exists (
    select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'auth' and p.proname = 'uid')
$$;

-- Built-in identity, where Supabase's is not.
do $$
begin
  if pg_temp.has_supabase_auth() then
    return;
  end if;
  create schema auth;
  grant usage on schema auth to anon, authenticated, phoenix_identity;

  -- STABLE, never IMMUTABLE: a cached plan of an immutable uid() would show the next user the rows
  -- of the one before.
  create function auth.jwt() returns jsonb language sql stable as $f$
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb
  $f$;
  create function auth.uid() returns uuid language sql stable as $f$
    select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
  $f$;
  create function auth.role() returns text language sql stable as $f$
    select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  $f$;

  create table auth.users (
    id uuid primary key,
    email text not null check (length(email) between 3 and 254),
    password_hash text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create unique index users_email on auth.users (lower(email));

  create table auth.sessions (
    id uuid primary key,
    user_id uuid not null references auth.users on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
  );
  create index sessions_user on auth.sessions (user_id);
  create index sessions_revoked on auth.sessions (revoked_at) where revoked_at is not null;

  create table auth.refresh_tokens (
    id uuid primary key,
    session_id uuid not null references auth.sessions on delete cascade,
    token_hash bytea not null,
    created_at timestamptz not null default now(),
    used_at timestamptz
  );
  create unique index refresh_tokens_hash on auth.refresh_tokens (token_hash);
  create index refresh_tokens_session on auth.refresh_tokens (session_id);

  alter table auth.users enable row level security;
  alter table auth.users force row level security;
  alter table auth.sessions enable row level security;
  alter table auth.sessions force row level security;
  alter table auth.refresh_tokens enable row level security;
  alter table auth.refresh_tokens force row level security;
  create policy identity on auth.users to phoenix_identity using (true) with check (true);
  create policy identity on auth.sessions to phoenix_identity using (true) with check (true);
  create policy identity on auth.refresh_tokens to phoenix_identity using (true) with check (true);
  grant select, insert, update, delete
    on auth.users, auth.sessions, auth.refresh_tokens to phoenix_identity;
end $$;

create table public.users (
  id uuid primary key references auth.users on delete cascade,
  email text not null,
  name text check (length(name) <= 200),
  consents jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table public.conversations (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  title text not null check (length(title) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (user_id, id)
);
create index conversations_user on public.conversations (user_id, updated_at desc, id desc);

-- The composite key keeps a message within a conversation of its own user, whatever a policy says.
create table public.messages (
  id uuid primary key,
  conversation_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('user', 'assistant')),
  content jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  foreign key (user_id, conversation_id)
    references public.conversations (user_id, id) on delete cascade
);
create index messages_conversation
  on public.messages (user_id, conversation_id, created_at desc, id desc);

create table public.user_memories (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  fact text not null check (length(fact) <= 2000),
  source text,
  created_at timestamptz not null default now()
);
create index user_memories_user on public.user_memories (user_id, created_at desc);

create table public.documents (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  filename text not null check (length(filename) <= 255),
  content_type text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  sha256 bytea not null check (length(sha256) = 32),
  analysis jsonb,
  created_at timestamptz not null default now(),
  unique (user_id, id)
);
create index documents_user on public.documents (user_id, created_at desc);

create table public.document_contents (
  document_id uuid not null,
  user_id uuid not null,
  part int not null check (part >= 0),
  bytes bytea not null check (length(bytes) <= 262144),
  primary key (document_id, part),
  foreign key (user_id, document_id) references public.documents (user_id, id) on delete cascade
);
create index document_contents_user on public.document_contents (user_id, document_id);

create table public.procedures (
  id uuid primary key,
  user_id uuid not null references auth.users on delete cascade,
  type text not null,
  title text not null check (length(title) <= 200),
  status text not null default 'brouillon' check (status in ('brouillon', 'en_cours', 'deposee',
    'en_instruction', 'acceptee', 'refusee', 'recours', 'terminee')),
  due_date date,
  notes text,
  steps jsonb not null default '[]',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index procedures_user on public.procedures (user_id, updated_at desc);

-- One rule for every table of families: a row is seen and changed by its user alone.
do $$
declare
  name text;
begin
  foreach name in array array['conversations', 'messages', 'user_memories', 'documents',
    'document_contents', 'procedures']
  loop
    execute format('alter table public.%I enable row level security', name);
    execute format('alter table public.%I force row level security', name);
    execute format(
      'create policy own_rows on public.%I to authenticated
         using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id)', name);
    execute format('revoke all on public.%I from public, anon', name);
    execute format('grant select, insert, update, delete on public.%I to authenticated', name);
  end loop;
end $$;

alter table public.users enable row level security;
alter table public.users force row level security;
create policy own_row on public.users to authenticated
  using ((select auth.uid()) = id) with check ((select auth.uid()) = id);
create policy identity on public.users to phoenix_identity using (true) with check (true);
revoke all on public.users from public, anon;
grant select, update, delete on public.users to authenticated;
grant select, insert, update on public.users to phoenix_identity;

-- What the gateway needs of the schema, readable without any right on a table.
create function public.phoenix_schema_version() returns int
  language sql stable security definer set search_path = '' as $$
  select coalesce(max(version), 0) from public.phoenix_migrations
$$;
revoke all on function public.phoenix_schema_version() from public;
grant execute on function public.phoenix_schema_version() to gateway;
