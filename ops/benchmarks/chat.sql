-- The two transactions of a chat hit, as the gateway sends them: pgbench -M extended -f … -D user=ID
-- -D claims=JSON.
\set c random(1, 281474976710655)
\set q random(1, 281474976710655)
\set a random(1, 281474976710655)
\startpipeline
select set_config('role', 'authenticated', true), set_config('request.jwt.claims', :claims, true);
insert into conversations (id, user_id, title) values (('00000000-0000-4000-8000-' || lpad(to_hex(:c::bigint), 12, '0'))::uuid, (:user)::uuid, 'bench');
insert into messages (id, conversation_id, user_id, role, content) values (('00000000-0000-4000-8001-' || lpad(to_hex(:q::bigint), 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(to_hex(:c::bigint), 12, '0'))::uuid, (:user)::uuid, 'user', jsonb_build_object('text', 'Quel est le montant ?'));
\endpipeline
\startpipeline
select set_config('role', 'authenticated', true), set_config('request.jwt.claims', :claims, true);
insert into messages (id, conversation_id, user_id, role, content) values (('00000000-0000-4000-8002-' || lpad(to_hex(:a::bigint), 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(to_hex(:c::bigint), 12, '0'))::uuid, (:user)::uuid, 'assistant', jsonb_build_object('text', repeat('une phrase de la réponse ', 40), 'sources', '[]'::jsonb)) returning created_at;
update conversations set updated_at = now() where id = ('00000000-0000-4000-8000-' || lpad(to_hex(:c::bigint), 12, '0'))::uuid and user_id = (:user)::uuid;
\endpipeline
