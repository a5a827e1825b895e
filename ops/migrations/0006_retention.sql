-- Conversations that nobody touched for as long as the operator keeps them are deleted by the
-- gateway, under a role that sees of them only which they are and how old.

create index conversations_age on public.conversations (updated_at);

-- The period is said by the transaction that deletes; where nothing is said, nothing is old enough.
create policy outlived on public.conversations for select to phoenix_identity
  using (updated_at < now()
    - make_interval(days => nullif(current_setting('phoenix.retention_days', true), '')::int));
create policy outlived_delete on public.conversations for delete to phoenix_identity
  using (updated_at < now()
    - make_interval(days => nullif(current_setting('phoenix.retention_days', true), '')::int));
grant select (id, updated_at), delete on public.conversations to phoenix_identity;
