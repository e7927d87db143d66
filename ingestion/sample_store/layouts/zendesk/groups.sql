select to_json({id: group_id, name: name, description: '', 'default': group_id = 301, deleted: false, is_public: true,
    created_at: '2020-01-01T00:00:00Z', updated_at: '2020-01-01T00:00:00Z'})::varchar as line
from groups
order by group_id
