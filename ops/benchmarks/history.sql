-- GET /api/chat/history?limit=20, as the gateway sends it: pgbench -M extended -f … -D user=ID
-- -D claims=JSON. A colon in a text would be a variable to pgbench.
\startpipeline
select set_config('statement_timeout', '5000', true), set_config('client_connection_check_interval', '100', true), set_config('request.jwt.claims', :claims, true), set_config('role', 'authenticated', true);
select id::text from conversations where user_id = (:user)::uuid and (null::uuid is null or id = null::uuid) order by updated_at desc, id desc limit 1;
with chosen as (select id from conversations where user_id = (:user)::uuid and (null::uuid is null or id = null::uuid) order by updated_at desc, id desc limit 1) select id::text, role, content->>'text', coalesce(content->'sources', '[]')::text, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24' || chr(58) || 'MI' || chr(58) || 'SS.MS"Z"') from messages where user_id = (:user)::uuid and conversation_id = (select id from chosen) order by created_at desc, id desc limit 20;
\endpipeline
