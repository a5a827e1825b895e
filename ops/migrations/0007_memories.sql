-- What a family says of its situation is remembered by kind: a later fact of one slot takes the
-- place of the earlier one. What has no slot was written by somebody, and stays until it is deleted.

alter table public.user_memories add column slot text check (length(slot) <= 100);
create unique index user_memories_slot on public.user_memories (user_id, slot)
  where slot is not null;
