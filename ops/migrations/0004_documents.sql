-- Documents as they are uploaded: parts first, the document's own row last, all in one transaction.

-- The digest and the size are known only when the last byte is here, so a document comes after its
-- parts; the key is looked at when the transaction is committed.
alter table public.document_contents
  alter constraint document_contents_user_id_document_id_fkey deferrable initially deferred;

-- A part belongs to one document of one user, and no part is empty.
alter table public.document_contents drop constraint document_contents_bytes_check;
alter table public.document_contents
  add constraint document_contents_bytes_check check (length(bytes) between 1 and 262144);

alter table public.documents
  add constraint documents_filename_check1 check (length(filename) >= 1),
  add constraint documents_content_type_check
    check (content_type in ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')),
  add constraint documents_analysis_check
    check (analysis is null or jsonb_typeof(analysis) = 'object');

-- Pages of the list, and the sum of a user's bytes without a look at the rows.
drop index public.documents_user;
create index documents_user on public.documents (user_id, created_at desc, id desc)
  include (size_bytes);
-- The same file again is found by its digest.
create index documents_digest on public.documents (user_id, sha256);

-- Raises PX001 where the caller's documents and `adding` bytes are more than `quota`. Uploads of one
-- user that end at the same moment wait for each other here, until their commit.
create function public.phoenix_require_space(adding bigint, quota bigint) returns void
  language plpgsql volatile security invoker set search_path = '' as $$
declare
  caller uuid := (select auth.uid());
  used bigint;
begin
  perform 1 from public.users where id = caller for no key update;
  select coalesce(sum(d.size_bytes), 0) into used from public.documents d where d.user_id = caller;
  if used + adding > quota then
    raise exception 'documents over the quota' using errcode = 'PX001';
  end if;
end $$;
revoke all on function public.phoenix_require_space(bigint, bigint) from public, anon;
grant execute on function public.phoenix_require_space(bigint, bigint) to authenticated;
